import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import type { z } from "zod";
import { fileReasonOf, KaliumError, messageOf } from "../../base/errors.ts";
import type { DeclaredRuntime, Declarations } from "../../contracts/declarations.ts";
import type { DeclaredRuntimeName, RuntimeName, System } from "../../contracts/system.ts";
import { declare } from "../../runtimes/declared.ts";
import { runtimes as ownRuntimes } from "../../runtimes/index.ts";
import { suggest } from "../suggest.ts";
import { systems as ownSystems } from "../systems.ts";
import { knownKeys, declaredRuntimeSchema, declaredSystemSchema } from "./file-schema.ts";

/** Room for the name of a function behind it: OpenFaaS allows 63 characters. */
const longestName = 24;

/** Makes known to this process what the file of `KALIUM_RUNTIMES` declares; forgets all where it is unset. @throws {KaliumError} E_CONFIG */
export const declareFrom = (file: string | undefined): void =>
  declare(file?.trim() ? readDeclarations(file.trim()) : undefined);

/**
 * The runtimes and systems of the user's file.
 * @throws {KaliumError} E_CONFIG with all that is wrong, each with its place in the file
 */
export function readDeclarations(path: string): Declarations {
  const file = resolve(path);
  const bytes = readBytes(file);
  const problems: string[] = [];
  const content = mapping(parse(file, bytes) ?? {}, "the file", problems);
  if (content === undefined) throw fileError(file, problems);
  refuseUnknown(content, knownKeys.file, "the file", problems);
  const runtimes = entries(content, "runtimes", problems).flatMap(([name, value]) =>
    runtimeOf(name, value, { file, problems }),
  );
  const named = entries(content, "systems", problems).flatMap(([name, value]) =>
    systemOf(name, value, { runtimes, problems }),
  );
  if (runtimes.length === 0 && named.length === 0 && problems.length === 0) {
    problems.push("the file declares no runtime and no system");
  }
  for (const { name, runtime } of named) {
    if (runtime !== name && runtimes.some((each) => each.name === name)) {
      problems.push(
        `systems.${name} runs on ${runtime}, but ${name} is also a runtime of this file; rename one of them`,
      );
    }
  }
  if (problems.length > 0) throw fileError(file, problems);
  const used = new Set<string>(named.map(({ runtime }) => runtime));
  const plain = runtimes
    .filter(({ name }) => !used.has(name))
    .map(({ name }): System => ({ name, variant: "vanilla", runtime: name, guard: "none" }));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { file, sha256, runtimes, systems: [...plain, ...named] };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw fileError(file, [`it cannot be read: ${fileReasonOf(error)}`], "Correct KALIUM_RUNTIMES, or unset it.");
  }
}

function parse(file: string, bytes: Buffer): unknown {
  const document = parseDocument(bytes.toString("utf8"), { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) throw fileError(file, [`it is not YAML: ${error.message.trimEnd()}`]);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw fileError(file, [`its aliases cannot be resolved: ${messageOf(error)}`]);
  }
}

interface Reading {
  readonly problems: string[];
}

function runtimeOf(
  name: string,
  value: unknown,
  { file, problems }: Reading & { readonly file: string },
): readonly DeclaredRuntime[] {
  const at = `runtimes.${name}`;
  nameProblems(name, at, problems);
  const declared = mapping(value, at, problems);
  if (declared === undefined) return [];
  const { kind } = declared;
  if (kind === "runsc" || kind === "oci" || kind === "class") refuseUnknown(declared, knownKeys[kind], at, problems);
  const checked = check(declaredRuntimeSchema, declared, at, problems);
  if (checked === undefined) return [];
  const own = { name: name as DeclaredRuntimeName };
  if (checked.kind === "class") return [{ ...checked, ...own, class: checked.class ?? name }];
  const { binary } = checked;
  const placed = binary?.includes("/") === true ? resolve(dirname(file), binary) : binary;
  return [{ ...checked, ...own, ...(placed !== undefined && { binary: placed }) }];
}

function systemOf(
  name: string,
  value: unknown,
  { runtimes, problems }: Reading & { readonly runtimes: readonly DeclaredRuntime[] },
): readonly System[] {
  const at = `systems.${name}`;
  nameProblems(name, at, problems);
  const declared = mapping(value, at, problems);
  if (declared === undefined) return [];
  refuseUnknown(declared, knownKeys.system, at, problems);
  const checked = check(declaredSystemSchema, declared, at, problems);
  if (checked === undefined) return [];
  const { runtime, workload, title, ...rest } = checked;
  const usable: readonly RuntimeName[] = [
    ...runtimes.map((each) => each.name),
    ...ownRuntimes.flatMap((own) => (plainRuntimes.includes(own.name) ? [own.name] : [])),
  ];
  const found = usable.find((candidate) => candidate === runtime);
  if (found === undefined) {
    problems.push(`${at}.runtime is "${runtime}", but must be one of ${usable.join(", ")}${meant(runtime, usable)}`);
    return [];
  }
  return [{ name, ...rest, runtime: found, ...(workload && { workload }), ...(title && { title }) }];
}

/** Ours that need no setting of their own. */
const plainRuntimes: readonly string[] = ["native", "runc", "gvisor"];

function nameProblems(name: string, at: string, problems: string[]): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > longestName) {
    problems.push(
      `${at}: a name has at most ${longestName} letters a-z, digits and inner hyphens, and begins with a letter`,
    );
  } else if (/-(aa|lean)$/.test(name)) {
    problems.push(`${at}: names that end in -aa or -lean are made by kalium-bench: NAME-aa is NAME again`);
  } else if ([...ownRuntimes, ...ownSystems].some((own) => own.name === name)) {
    problems.push(`${at}: ${name} is a name of kalium-bench's own; choose another, such as my-${name}`);
  }
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
  problems: string[],
): z.output<Schema> | undefined {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  for (const { path, message, code } of error.issues) {
    if (code === "unrecognized_keys") continue; // named above, with what was meant
    const found = path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      value,
    );
    const place = [at, ...path].join(".");
    problems.push(
      found === undefined
        ? `${place} is missing; expected ${message}`
        : `${place} is ${JSON.stringify(found)}, but must be ${message}`,
    );
  }
  return undefined;
}

function refuseUnknown(value: object, keys: readonly string[], at: string, problems: string[]): void {
  for (const key of Object.keys(value).filter((each) => !keys.includes(each))) {
    problems.push(`${at} has the unknown key ${key}; known keys: ${keys.join(", ")}${meant(key, keys)}`);
  }
}

const meant = (word: string, known: readonly string[]): string => {
  const near = suggest(word, known);
  return near === undefined ? "" : `; did you mean ${near}?`;
};

function mapping(value: unknown, at: string, problems: string[]): Readonly<Record<string, unknown>> | undefined {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  problems.push(`${at} must be a mapping, got ${JSON.stringify(value)}`);
  return undefined;
}

const entries = (content: Readonly<Record<string, unknown>>, key: string, problems: string[]) =>
  content[key] === undefined ? [] : Object.entries(mapping(content[key], key, problems) ?? {});

const fileError = (file: string, problems: readonly string[], hint?: string): KaliumError =>
  new KaliumError("E_CONFIG", `KALIUM_RUNTIMES: ${file} cannot be used:\n${problems.join("\n")}`, {
    hint: hint ?? "Correct the file; docs/runtimes.md (Your own runtimes) shows one, and `npm run plan` checks it.",
  });
