import { ApiException } from "@kubernetes/client-node";
import { KaliumError, messageOf } from "../../base/errors.ts";

/** HTTP status of an answer of the API server; `undefined` for every other error. */
export const apiStatusOf = (error: unknown): number | undefined => {
  if (error instanceof ApiException) return error.code;
  const status = error instanceof KaliumError ? error.details["status"] : undefined;
  return typeof status === "number" ? status : undefined;
};

export const isNotFound = (error: unknown): boolean => apiStatusOf(error) === 404;
export const isForbidden = (error: unknown): boolean => apiStatusOf(error) === 403;

/** `undefined` for what does not exist. */
export async function orAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Puts the API server's answer, or its silence, into words with the next step. */
export function explainRefusal(what: string, error: unknown, server: string): KaliumError {
  if (error instanceof KaliumError) return error;
  const cause = error;
  const status = apiStatusOf(error);
  if (status === undefined) {
    return new KaliumError("E_CLUSTER", `the API server ${server} does not answer (${what}): ${networkWords(error)}`, {
      hint: "Check the cluster, and that KUBECONFIG names it: `npm run cluster -- doctor`.",
      cause,
    });
  }
  const details = { status };
  const words = statusWords(error);
  if (status === 401) {
    return new KaliumError("E_CLUSTER", `the API server ${server} refuses the login of the kubeconfig: ${words}`, {
      hint: "Renew its credentials, then `npm run cluster -- doctor`.",
      details,
      cause,
    });
  }
  if (status === 403) {
    return new KaliumError("E_CLUSTER", `not allowed to ${what}: ${words}`, {
      hint: "Run `npm run cluster -- doctor`, which lists the permissions that are needed, and ask for the missing ones.",
      details,
      cause,
    });
  }
  return new KaliumError("E_CLUSTER", `cannot ${what}: ${words} (${status})`, { details, cause });
}

/** `message` of the Status object in the body, else what there is. */
function statusWords(error: unknown): string {
  const body = error instanceof ApiException ? (error.body as unknown) : undefined;
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // not JSON: a proxy in between, perhaps
  }
  return text.slice(0, 500);
}

/** Node hides the reason of a refused connection in `cause`, or in the parts of an AggregateError. */
function networkWords(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(networkWords).join("; ");
  const inner = error instanceof Error ? error.cause : undefined;
  return inner === undefined ? messageOf(error) : `${messageOf(error)}: ${networkWords(inner)}`;
}
