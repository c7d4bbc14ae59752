import type { LatencyRecord } from "../record.ts";

/** Runtimes that are the artifact's builds of runsc. */
const artifactRuntimes: readonly string[] = ["gvisor-stock", "kalium", "kalium-microbench"];

/**
 * What the programs that ran as the artifact's builds say about themselves: under the same name, a user's own build or a
 * test's stand-in may have run. `undefined` where none was measured.
 */
export function artifactBuilds(records: readonly Pick<LatencyRecord, "proofs">[]): string | undefined {
  const proofs = records.flatMap((record) => record.proofs.filter(({ runtime }) => artifactRuntimes.includes(runtime)));
  const versions = [...new Set(proofs.map(({ version }) => version))];
  return versions.length === 0 ? undefined : `The artifact's builds call themselves: ${versions.join("; ")}`;
}
