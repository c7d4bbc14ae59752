import { poll } from "../base/deadline.ts";
import { KaliumError } from "../base/errors.ts";
import type { CallResult } from "./caller.ts";
import { lastExitAnnotation, type FunctionStatus } from "./deployment.ts";
import { lackingResource } from "./lacking-resource.ts";

const pollMs = 100;

export interface ReadyOptions {
  /** Default 60 s. */
  readonly timeoutMs?: number;
  /** Available replicas to wait for; default 1. */
  readonly replicas?: number;
  /** Path under the function that must answer 200 too: a real OpenFaaS says ready before the function listens. */
  readonly healthPath?: string;
  readonly signal?: AbortSignal | undefined;
  /** What to do when it is not ready in time. */
  readonly hint?: string;
}

interface Gateway {
  readonly describe: (name: string, hold?: number) => Promise<FunctionStatus | undefined>;
  readonly invoke: (name: string, call: { readonly path: string; readonly method: string }) => Promise<CallResult>;
}

/** E_SERVICE where the machine is at a limit. `details.kind` of its E_DEPLOY: `not-found`, `never-available` (the gateway gave up). */
export function createReadiness({ describe, invoke }: Gateway) {
  return async (name: string, options: ReadyOptions = {}): Promise<FunctionStatus> => {
    const { timeoutMs = 60_000, replicas = 1, healthPath, signal, hint } = options;
    let last: string | undefined;
    const wait = { timeoutMs, signal, hint, intervalMs: pollMs, lastReason: () => last };
    const status = await poll({ ...wait, what: `function ${name} to be ready` }, async () => {
      const seen = await describe(name, replicas);
      if (seen === undefined) {
        throw new KaliumError("E_DEPLOY", `function ${name} is not deployed`, { details: { kind: "not-found" } });
      }
      if (seen.availableReplicas >= replicas) return seen;
      const exit = seen.annotations?.[lastExitAnnotation];
      last = `${seen.availableReplicas} of ${replicas} replicas${exit === undefined ? "" : `; last exit: ${inWords(exit)}`}`;
      if (exit !== undefined && gaveUp(exit)) {
        refuseLacking(name, lastExitReason(seen) ?? "");
        const details = { kind: "never-available", lastExit: exit };
        throw new KaliumError("E_DEPLOY", `function ${name} never became ready: ${inWords(exit)}`, { details });
      }
      return undefined;
    });
    if (healthPath !== undefined) {
      await poll({ ...wait, what: `status 200 from ${healthPath} of function ${name}` }, async () => {
        const answer = await invoke(name, { path: healthPath, method: "GET" });
        last = answer.reason ?? `status ${answer.status} (${answer.headers["x-openfaas-internal"] ?? "function"})`;
        return answer.status === 200 ? true : undefined;
      });
    }
    return status;
  };
}

/** @throws {KaliumError} E_SERVICE where the machine has no room for another instance, of whatever function */
function refuseLacking(name: string, reason: string): void {
  const resource = lackingResource(reason);
  if (resource === undefined) return;
  throw new KaliumError("E_SERVICE", `function ${name} cannot start: the gateway lacks ${resource} (${reason})`, {
    hint: "Free them or raise the limit (`ulimit -a`, `df`), then continue: `npm run resume`.",
    details: { endsRun: true },
  });
}

const gaveUp = (lastExit: string): boolean => read(lastExit).gaveUp === true;

/** Why the latest instance ended or cannot start; `undefined` where none has, and where the gateway does not tell. */
export function lastExitReason({ annotations }: Pick<FunctionStatus, "annotations">): string | undefined {
  const { reason } = read(annotations?.[lastExitAnnotation] ?? "{}");
  return typeof reason === "string" ? reason : undefined;
}

/** Its reason and the last lines of the instance. What is not our gateway's stays as it is. */
function inWords(lastExit: string): string {
  const { instance, reason, lastLines } = read(lastExit);
  if (typeof reason !== "string") return lastExit;
  const named = typeof instance === "string" && instance !== "" && !reason.includes(instance);
  const lines = Array.isArray(lastLines) ? lastLines.map(String).filter((line) => !reason.includes(line)) : [];
  return [`${named ? `${instance}: ` : ""}${reason}`, ...lines.map((line) => `  | ${line}`)].join("\n");
}

function read(lastExit: string): {
  readonly instance?: unknown;
  readonly lastLines?: unknown;
  readonly gaveUp?: unknown;
  readonly reason?: unknown;
} {
  try {
    return JSON.parse(lastExit) as object;
  } catch {
    return {}; // not our gateway's annotation
  }
}
