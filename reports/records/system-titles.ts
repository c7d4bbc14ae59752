/** Titles of systems that runs bring along, from the user's file of runtimes. */

interface Shown {
  readonly systems: readonly { readonly name: string; readonly title?: string | undefined }[];
  readonly proofs: readonly { readonly system: string; readonly unproven?: string | undefined }[];
}

let titles: ReadonlyMap<string, string> = new Map();

/** Systems of which an instance did not prove its runtime, in some record that is shown. */
let unproven: ReadonlySet<string> = new Set();

/**
 * To be called by whatever shows records, before it names a system: titles and marks are those of these records, not of
 * others that this process has read. A name to which two runs give two titles has both; systems
 * that share a title, and would share a bar, have their names behind it.
 */
export function nameSystems(
  ...runs: readonly {
    readonly latency: readonly Shown[];
    readonly load: readonly Shown[];
    readonly density?: readonly Shown[];
  }[]
) {
  const records = runs.flatMap(({ latency, load, density = [] }) => [...latency, ...load, ...density]);
  const found = Map.groupBy(
    records.flatMap(({ systems }) => systems),
    ({ name }) => name,
  );
  const given = [...found].flatMap(([name, systems]): [string, string][] => {
    if (systems.every(({ title }) => title === undefined)) return [];
    return [[name, [...new Set(systems.map(({ title }) => title ?? name))].join(" / ")]];
  });
  const bearers = Map.groupBy(given, ([, title]) => title);
  titles = new Map(
    given.map(([name, title]) => [name, bearers.get(title)?.length === 1 ? title : `${title} (${name})`]),
  );
  unproven = new Set(
    records.flatMap(({ proofs }) => proofs.flatMap((proof) => (proof.unproven === undefined ? [] : [proof.system]))),
  );
}

export const recordedTitle = (name: string): string | undefined => titles.get(name);

export const unprovenMark = (name: string): string => (unproven.has(name) ? " (runtime not proven)" : "");
