/** What two runs, or two systems of a run, differ in besides their results, by field name. Pure. */
import { cutOffAfter } from "../interrupted.ts";
import type { LatencyRecord } from "../records/record.ts";
import type { Results } from "../records/store.ts";

/** Facts of the moment, and names that are new in every run: no reason to distrust a comparison. */
const ofTheMoment = [
  /(^|\.)(load|availableBytes|sizeBytes)(\.|$)/,
  /^environment\.network\.(bridge|hostAddress)$/,
  /^settings\.sizes\./, // what the planner expected; what was measured is in the table
  /^settings\.(outDirectory|resultsDirectory|gatewayPort|debug|setup|plan\.seed)$/,
];

export interface RunDifference {
  /** `environment.machine.kernel`. */
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export function runDifferences(a: Results, b: Results): readonly RunDifference[] {
  const [cutA, cutB] = [cutOffAfter(a), cutOffAfter(b)];
  const cut =
    cutA === undefined && cutB === undefined
      ? []
      : [{ field: "run", before: cutA ?? "complete", after: cutB ?? "complete" }];
  const others = differing(leavesOf(a), leavesOf(b));
  return [...cut, ...others.filter(({ field }) => !ofTheMoment.some((pattern) => pattern.test(field)))];
}

function leavesOf({ run, latency }: Results): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (value === undefined) return;
    const inner = value !== null && typeof value === "object" ? Object.entries(value) : [];
    const list = Array.isArray(value) && inner.every(([, item]) => typeof item !== "object");
    if (inner.length === 0 || list) leaves.set(path, typeof value === "string" ? value : JSON.stringify(value));
    else for (const [key, item] of inner) visit(item, `${path}.${key}`);
  };
  visit(run.settings, "settings");
  visit(run.environment, "environment");
  const systems = new Set(latency.flatMap(({ proofs }) => proofs.map(({ system }) => system)));
  for (const system of systems) {
    for (const [key, value] of provenFacts(latency, system)) leaves.set(`systems.${system}.${key}`, value);
  }
  return leaves;
}

/** On what two systems of one run provably ran; nothing where one of them did not run. */
export function systemDifferences(latency: readonly LatencyRecord[], a: string, b: string): readonly RunDifference[] {
  const [before, after] = [provenFacts(latency, a), provenFacts(latency, b)];
  return before.size === 0 || after.size === 0 ? [] : differing(before, after);
}

function provenFacts(latency: readonly LatencyRecord[], system: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  const own = latency.flatMap(({ proofs }) => proofs.filter((proof) => proof.system === system));
  for (const { version, sha256, platform, network, flags } of own) {
    for (const [key, value] of Object.entries({ version, sha256, platform, network, flags: flags?.join(" ") })) {
      if (value !== undefined) facts.set(key, value);
    }
  }
  return facts;
}

const differing = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly RunDifference[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => before.get(field) !== after.get(field))
    .sort()
    .map((field) => ({ field, before: before.get(field) ?? "absent", after: after.get(field) ?? "absent" }));
