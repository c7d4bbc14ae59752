import { resolve } from "node:path";
import { executableFile, readableDump, readableFile, readableFolder, writableFolder } from "./kinds.ts";
import type { Variable } from "./variable.ts";
import { variables } from "./variables.ts";

const paths: readonly unknown[] = [writableFolder, readableFolder, readableFile, readableDump, executableFile];
const pathVariables = Object.entries<Variable>(variables).flatMap(([name, { schema }]) =>
  paths.includes(schema) ? [name] : [],
);

/** The settings that name files and folders, seen from `folder`: for a process that starts in another one. */
export function absolutePaths(
  env: Readonly<Record<string, string | undefined>>,
  folder = process.cwd(),
): Readonly<Record<string, string>> {
  const set = pathVariables.flatMap((name) => {
    const path = env[name]?.trim();
    return path ? [[name, resolve(folder, path)]] : [];
  });
  return Object.fromEntries(set) as Record<string, string>;
}
