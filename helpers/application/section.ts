/** Reads the section `kalium-bench` of a file, with the line of everything that is wrong with it. */
import { isMap, isScalar, type Document, type Node, LineCounter, parseAllDocuments } from "yaml";
import type { z } from "zod";
import { KaliumError, messageOf } from "../base/errors.ts";
import { suggest } from "../config/suggest.ts";
import { sectionKeys, sectionSchema, type ApplicationSection } from "./section-schema.ts";

export const sectionName = "kalium-bench";

type Path = readonly PropertyKey[];

/** Says what is wrong at a place of the section. */
export type Blame = (path: Path, why: string) => string;

export interface ReadSection {
  readonly section: ApplicationSection;
  /** The file has functions itself: it is a stack file. */
  readonly isStack: boolean;
  readonly blame: Blame;
}

/** As an error of the application file, or of its stack file, with the next command. */
export const applicationError = (file: string, problems: readonly string[], of = file): KaliumError =>
  new KaliumError("E_CONFIG", problems.map((problem) => `${of}: ${problem}`).join("\n"), {
    hint: `Correct the file, then: npm run plan -- --app ${file}`,
  });

/**
 * @param text of the file, after `${...}` was replaced
 * @throws {KaliumError} E_CONFIG with the line of each problem
 */
export function readSection(file: string, text: string): ReadSection {
  const lines = new LineCounter();
  const options = { version: "1.2", merge: true, prettyErrors: false, lineCounter: lines } as const;
  const [document] = parseAllDocuments(text, options) as readonly Document[];
  const [problem] = document?.errors ?? [];
  if (document === undefined || problem !== undefined) {
    const line = problem === undefined ? 1 : lines.linePos(problem.pos[0]).line;
    throw applicationError(file, [`line ${line}: ${problem?.message ?? "the file is empty"}`]);
  }
  const contents: unknown = document.contents;
  if (!isMap(contents) || !contents.has(sectionName)) {
    throw new KaliumError("E_CONFIG", `${file}: the section ${sectionName}, which names measured calls, is missing`, {
      hint: `Write a first one: npm run init -- ${file}`,
    });
  }
  const blame: Blame = (path, why) =>
    `line ${lineAt(document, lines, path)}: ${[sectionName, ...path].join(".")}: ${why}`;
  const given = valueOf(document, file)[sectionName];
  const parsed = sectionSchema.safeParse(given);
  if (parsed.success) return { section: parsed.data, isStack: contents.has("functions"), blame };
  throw applicationError(
    file,
    parsed.error.issues.flatMap((issue) => problemsOf(issue, given, blame)),
  );
}

/** @throws {KaliumError} E_CONFIG for aliases without an anchor, for those that grow beyond measure, and for merges of what is not a map */
function valueOf(document: Document, file: string): Readonly<Record<string, unknown>> {
  try {
    return document.toJS() as Record<string, unknown>;
  } catch (error) {
    throw applicationError(file, [`its aliases cannot be resolved: ${messageOf(error)}`]);
  }
}

function problemsOf(issue: z.core.$ZodIssue, given: unknown, blame: Blame): readonly string[] {
  const { path, message } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const meant = suggest(key, sectionKeys);
      return blame([...path, key], `no setting has this name${meant === undefined ? "" : `; did you mean ${meant}?`}`);
    });
  }
  if (issue.code === "custom" && /exclude each other/.test(message)) return [blame(path, message)];
  const value = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], given);
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? message;
    return [blame(path, `expected ${expected}, got ${JSON.stringify(path.at(-1))}`)];
  }
  if (value === undefined) return [blame(path, `expected ${message}, and it is missing`)];
  return [
    blame(
      path,
      `expected ${message.replace(/^Invalid input: expected (\w+),.*/s, plainType)}, got ${shown(value, path)}`,
    ),
  ];
}

const plainType = (_: string, type: string): string => (type === "object" || type === "record" ? "a map" : type);

/** A header may hold a password. */
function shown(value: unknown, path: Path): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  if (path.includes("headers")) return typeof value;
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

/** Of the key, or of what is around it. */
function lineAt(document: Document, lines: LineCounter, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of [sectionName, ...path]) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
    if (pair === undefined) break;
    offset = (pair.key as Node).range?.[0] ?? offset;
    node = pair.value;
  }
  return lines.linePos(offset).line;
}
