/** What a right answer is, as an application file says it. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Answer } from "../contracts/application.ts";
import type { ApplicationSection } from "./section-schema.ts";

export type Expectations = ApplicationSection["calls"][string]["expect"];

/** Says first what is wrong, then what was expected and seen, a line each; `undefined` when all is right. */
export function answerProblem(expected: Expectations, answer: Answer): string | undefined {
  const { status, json, body, matches, sha256 } = expected;
  if (answer.status !== status) {
    return misfit(`status ${answer.status} instead of ${status}`, `status ${status}`, statusLine(answer));
  }
  if (body !== undefined && answer.body !== body) return misfit("another body", shown(body), shown(answer.body));
  if (json !== undefined) {
    const seen = decoded(answer.body);
    if (seen === undefined) return misfit("the body is not JSON", shown(JSON.stringify(json)), shown(answer.body));
    const path = firstDifference(json, seen.value, "$");
    if (path !== undefined) return misfit(`other JSON at ${path}`, shown(JSON.stringify(json)), shown(answer.body));
  }
  if (matches !== undefined && !new RegExp(matches, "su").test(answer.body)) {
    return misfit("the body does not match", `/${matches}/`, shown(answer.body));
  }
  if (sha256 !== undefined) {
    const bytes = answer.bytes ?? Buffer.from(answer.body);
    const digest = createHash("sha256").update(bytes).digest("hex");
    if (digest !== sha256) return misfit("another digest", sha256, `${digest} of ${bytes.length} bytes`);
  }
  return undefined;
}

/** Place of the first thing that is wanted and not there, as `$.items[0].name`; more keys than wanted are fine. */
export function firstDifference(wanted: unknown, seen: unknown, path: string): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(seen) || seen.length !== wanted.length) return path;
    return first(wanted.map((item: unknown, at) => firstDifference(item, seen[at], `${path}[${at}]`)));
  }
  if (typeof wanted === "object" && wanted !== null) {
    if (typeof seen !== "object" || seen === null || Array.isArray(seen)) return path;
    return first(
      Object.entries(wanted).map(([key, value]) =>
        Object.hasOwn(seen, key)
          ? firstDifference(value, (seen as Record<string, unknown>)[key], `${path}.${key}`)
          : `${path}.${key}`,
      ),
    );
  }
  return isDeepStrictEqual(wanted, seen) ? undefined : path;
}

const first = (paths: readonly (string | undefined)[]): string | undefined => paths.find((path) => path !== undefined);

const misfit = (what: string, expected: string, seen: string): string =>
  `${what}\n  expected: ${expected}\n  seen:     ${seen}`;

const statusLine = ({ status, body }: Answer): string => `status ${status}: ${shown(body)}`;

const most = 500;

function shown(text: string): string {
  if (text === "") return "(empty)";
  const line = text.replaceAll(/\s*\n\s*/g, " ");
  return line.length > most ? `${line.slice(0, most)}... (${text.length} characters)` : line;
}

function decoded(body: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body) as unknown };
  } catch {
    return undefined;
  }
}
