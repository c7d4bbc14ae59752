/** What two runs differ in besides their results, by field name. Pure. */
import type { Results } from "../store.ts";

/** Facts of the moment, and names that every run makes anew: no reason to distrust a comparison. */
const ofTheMoment = [
  /(^|\.)(load|availableBytes|sizeBytes)(\.|$)/,
  /^environment\.network\.(bridge|hostAddress)$/,
  /^settings\.(outDirectory|resultsDirectory|gatewayPort|debug|setup|plan\.seed)$/,
];

export interface Difference {
  /** `environment.machine.kernel`. */
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

export function runDifferences(a: Results, b: Results): readonly Difference[] {
  const [before, after] = [leavesOf(a), leavesOf(b)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => before.get(field) !== after.get(field) && !ofTheMoment.some((pattern) => pattern.test(field)))
    .sort()
    .map((field) => ({ field, before: before.get(field) ?? "absent", after: after.get(field) ?? "absent" }));
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
  const proofs = latency.flatMap((record) => record.proofs);
  for (const { system, version, sha256, platform, network } of proofs) {
    for (const [key, value] of Object.entries({ version, sha256, platform, network })) {
      if (value !== undefined) leaves.set(`systems.${system}.${key}`, value);
    }
  }
  return leaves;
}
