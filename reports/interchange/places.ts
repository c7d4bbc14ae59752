/** Where the artifact's layout has the results of a system: names of folders and files. */
import type { SystemRecord } from "../records/record.ts";

export interface ResultPlace {
  /** After `results_` in the folder's name: the variant, unless it is vanilla, and the runtime. */
  readonly folder: string;
  /** First part of its files' names: the runtime. */
  readonly prefix: string;
  /** Its ratios are in `<ratios>lats.csv`. */
  readonly ratios: string;
}

interface KnownPlace extends ResultPlace {
  readonly system: SystemRecord;
}

const vanilla = (name: string): KnownPlace => ({
  system: { name, variant: "vanilla", runtime: name, guard: "none" },
  folder: name,
  prefix: name,
  ratios: name,
});

const onGvisor = (name: string, variant: "valve" | "trapeze"): KnownPlace => ({
  system: { name, variant, runtime: "gvisor", guard: "none" },
  folder: `${name}_gvisor`,
  prefix: "gvisor",
  ratios: name,
});

/** Kalium by the artifact's programs, and by our embedded guard: never the same system, though both are the figure's. */
const kaliumArtifact: KnownPlace = {
  system: { name: "kalium-artifact", variant: "vanilla", runtime: "kalium", guard: "artifact" },
  folder: "kalium",
  prefix: "kalium",
  ratios: "sec",
};
const kaliumEmbedded: KnownPlace = {
  system: { name: "kalium", variant: "vanilla", runtime: "gvisor", guard: "embedded" },
  folder: "kalium-embedded_gvisor",
  prefix: "gvisor",
  ratios: "sec",
};

export const knownPlaces: readonly KnownPlace[] = [
  vanilla("gvisor"),
  vanilla("native"),
  vanilla("runc"),
  kaliumArtifact,
  kaliumEmbedded,
  onGvisor("valve", "valve"),
  onGvisor("trapeze", "trapeze"),
  onGvisor("trapeze-as-shipped", "trapeze"),
];

/** A system that the artifact does not have gets a place like its runtimes'. */
export const resultPlaceOf = (system: string): ResultPlace =>
  knownPlaces.find((place) => place.system.name === system) ?? { folder: system, prefix: system, ratios: system };

export const systemNames: readonly string[] = knownPlaces.map(({ system }) => system.name);

export const importedSystem = (name: string): SystemRecord | undefined =>
  knownPlaces.find(({ system }) => system.name === name)?.system;

/** Kalium's earlier name, as the timings left in the artifact's tree spell it. */
const earlierPrefixes: Readonly<Record<string, string>> = { seclambda: "kalium", seclamba: "kalium" };

export const filePrefixes: readonly string[] = [
  ...new Set(knownPlaces.map(({ prefix }) => prefix)),
  ...Object.keys(earlierPrefixes),
];

/** The runtime that a file's prefix means. */
export const runtimeOfPrefix = (prefix: string): string => earlierPrefixes[prefix] ?? prefix;
