/** What the name and the place of a result file say: `results_valve_gvisor/gvisor_20_assign_results`. Pure. */
import { basename, dirname, sep } from "node:path";
import type { SystemRecord } from "../records/record.ts";
import { type KeyedFunction, functionOfKey, keyedFunctions } from "./function-keys.ts";
import { filePrefixes, knownPlaces, runtimeOfPrefix, importedSystem } from "./places.ts";

export interface ResultFile {
  readonly named: KeyedFunction;
  readonly kind: "timings" | "summary";
  readonly system: SystemRecord;
  /** Calls by the name; absent under Kalium's earlier name, where the meaning of the number is not known. */
  readonly count: number | undefined;
}

/** Folders that hold one system's results and nothing else. */
export const resultFolder = /^(?:results|raw)_(.+)$/;

/** The artifact's three trees: on one of its branches all of them call their results `results_gvisor`. */
const treeOfVariant = /^(valve|trapeze)-hello-retail$/;

/**
 * `path`: absolute. `system`: instead of what the place says.
 * @returns the reason as text where it is not a result file
 */
export function readFileName(path: string, system?: string): ResultFile | string {
  const [, prefix, count, key, summary] = /^([a-z]+)_(\d+)_([A-Za-z_-]+?)(_results)?$/.exec(basename(path)) ?? [];
  if (prefix === undefined || count === undefined || key === undefined || !filePrefixes.includes(prefix)) {
    return `not named like gvisor_20_assign or gvisor_20_assign_results; known beginnings: ${filePrefixes.join(", ")}`;
  }
  const named = functionOfKey(key);
  if (named === undefined) {
    return `unknown function ${key}; known: ${keyedFunctions.map((one) => one.key).join(", ")}`;
  }
  const found = system === undefined ? systemByPlace(path, prefix) : systemByName(system);
  if (typeof found === "string") return found;
  const earlier = runtimeOfPrefix(prefix) !== prefix;
  if (earlier && summary !== undefined) return "a summary under Kalium's earlier name does not say of how many calls";
  return {
    named,
    kind: summary === undefined ? "timings" : "summary",
    system: found,
    count: earlier ? undefined : Number(count),
  };
}

const systemByName = (name: string): SystemRecord | string => importedSystem(name) ?? `unknown system ${name}`;

function systemByPlace(path: string, prefix: string): SystemRecord | string {
  const runtime = runtimeOfPrefix(prefix);
  const [, folder = runtime] = resultFolder.exec(basename(dirname(path))) ?? [];
  const tree = dirname(path)
    .split(sep)
    .flatMap((name) => treeOfVariant.exec(name)?.[1] ?? [])
    .at(-1);
  const place =
    (tree === undefined ? undefined : knownPlaces.find((known) => known.folder === `${tree}_${folder}`)) ??
    knownPlaces.find((known) => known.folder === folder);
  if (place === undefined || (tree !== undefined && place.system.variant !== tree)) {
    return (
      `its folder names no known system; known: ${knownPlaces.map((known) => `results_${known.folder}`).join(", ")}; ` +
      "or say which it is with --system"
    );
  }
  if (place.prefix === runtime) return place.system;
  return `its name says ${runtime}, its folder ${place.prefix}`;
}
