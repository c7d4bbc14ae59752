import { z } from "zod";
import { KaliumError } from "../../errors.ts";

/** Largest policy text, bytes: the size of the artifact's read buffer. */
export const maxPolicyBytes = 10_737_418;

export type Path = readonly (string | number)[];

/** A fault in a policy, with where it is and what is there. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

export const atPath = ({ path, message }: Problem): string =>
  `${path.length === 0 ? "(whole file)" : z.core.toDotPath(path)}: ${message}`;

/** @throws {KaliumError} E_POLICY with the first five problems */
export function refuse(source: string, problems: readonly Problem[], cause?: unknown): never {
  const shown = problems.slice(0, 5).map((problem) => `\n  ${atPath(problem)}`);
  const more = problems.length > shown.length ? `\n  and ${problems.length - shown.length} more` : "";
  throw new KaliumError("E_POLICY", `${source} is no policy:${shown.join("")}${more}`, {
    hint: "docs/policy.md has the format",
    cause,
  });
}

/** JSON text to a value that follows `schema`. @throws {KaliumError} E_POLICY naming path and value */
export function parseJson<T>(text: string, schema: z.ZodType<T>, source: string): T {
  if (text.length > maxPolicyBytes) {
    refuse(source, [{ path: [], message: `${text.length} characters, more than ${maxPolicyBytes}` }]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    refuse(source, [{ path: [], message: `not JSON: ${String(cause)}` }], cause);
  }
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message, input }) => ({
    path: path.filter((part) => typeof part !== "symbol"),
    message: `${message}${input === undefined ? "" : `, not ${excerpt(input)}`}`,
  }));
  return refuse(source, problems, parsed.error);
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
