import { z } from "zod";
import { KaliumError, messageOf } from "../../base/errors.ts";

/** Largest policy text, bytes: the size of the artifact's read buffer. */
export const maxPolicyBytes = 10_737_418;

export type JsonPath = readonly (string | number)[];

/** A fault in a policy, with where it is and what is there. */
export interface Problem {
  readonly path: JsonPath;
  readonly message: string;
}

export const atPath = ({ path, message }: Problem): string =>
  `${path.length === 0 ? "(whole file)" : z.core.toDotPath(path)}: ${message}`;

/** @throws {KaliumError} E_POLICY with the first five problems */
export function refusePolicy(source: string, problems: readonly Problem[], cause?: unknown): never {
  const shown = problems.slice(0, 5).map((problem) => `\n  ${atPath(problem)}`);
  const more = problems.length > shown.length ? `\n  and ${problems.length - shown.length} more` : "";
  throw new KaliumError("E_POLICY", `${source} is not a policy:${shown.join("")}${more}`, {
    hint: "Correct the policy; docs/policy.md describes the format.",
    cause,
  });
}

/** JSON text to a value that follows `schema`. @throws {KaliumError} E_POLICY naming path and value */
export function parseJson<T>(text: string, schema: z.ZodType<T>, source: string): T {
  if (text.length > maxPolicyBytes) {
    refusePolicy(source, [{ path: [], message: `${text.length} characters, more than ${maxPolicyBytes}` }]);
  }
  let parsed: z.ZodSafeParseResult<T>;
  try {
    parsed = schema.safeParse(JSON.parse(text), { reportInput: true });
  } catch (cause) {
    // Besides text that is not JSON: zod's own RangeError for more faults than the stack can hold.
    const message =
      cause instanceof RangeError ? "nested too deeply, or too many faults" : `not JSON: ${messageOf(cause)}`;
    return refusePolicy(source, [{ path: [], message }], cause);
  }
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message, input }) => ({
    path: path.filter((part) => typeof part !== "symbol"),
    message: input === undefined ? plain(message) : `${plain(message)}, not ${excerpt(input)}`,
  }));
  return refusePolicy(source, problems, parsed.error);
}

/** zod names the kind that it received, which for an absent key is "undefined". */
const plain = (message: string): string =>
  message
    .replace(/^Invalid input: expected (\w+), received undefined$/, "missing, expected $1")
    .replace(/^Invalid input: expected (\w+), received \w+$/, "expected $1");

/** Of a list or an object its kind only: it may be large or deep. */
function excerpt(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
