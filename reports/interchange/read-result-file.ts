import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { textOf } from "../records/record-error.ts";
import type { FoundFile } from "./find-result-files.ts";
import { type Average, type LineProblem, parseSummary, parseTimings } from "./seconds.ts";

export interface ReadResultFile extends FoundFile {
  readonly sha256: string;
  readonly calls: number;
  readonly content: { readonly timingsNs: readonly number[] } | { readonly average: Average };
}

/** Enough to see what kind of damage it is. */
const shownPerFile = 5;

/** @returns what is wrong with it, line by line, where it cannot be used */
export async function readResultFile(file: FoundFile): Promise<ReadResultFile | readonly string[]> {
  const bytes = await readFile(file.path).catch((error: unknown) => textOf(error));
  if (typeof bytes === "string") return [`${file.path}: ${bytes}`];
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const text = bytes.toString("utf8");
  if (file.kind === "summary") {
    const parsed = parseSummary(text);
    if ("problems" in parsed) return lines(file.path, parsed.problems);
    return { ...file, sha256, calls: file.count ?? 0, content: { average: parsed.value } };
  }
  const parsed = parseTimings(text);
  if ("problems" in parsed) return lines(file.path, parsed.problems);
  const calls = parsed.value.length;
  if (file.count !== undefined && file.count !== calls) {
    return [
      `${file.path}: ${calls} timings, where its name says ${file.count}; the artifact's scripts append a later run to ` +
        "an earlier one: keep the lines of one run, or name the file after what it holds",
    ];
  }
  return { ...file, sha256, calls, content: { timingsNs: parsed.value } };
}

const lines = (path: string, problems: readonly LineProblem[]): readonly string[] => [
  ...problems.slice(0, shownPerFile).map(({ line, text }) => `${path}:${line}: ${text}`),
  ...(problems.length > shownPerFile ? [`${path}: ${problems.length - shownPerFile} more lines like these`] : []),
];
