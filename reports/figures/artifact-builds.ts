import type { LatencyRecord } from "../records/record.ts";

/** Runtimes that are the artifact's builds of runsc. */
const artifactRuntimes: readonly string[] = ["gvisor-stock", "kalium", "kalium-microbench"];

const plainPicture =
  ". All systems fetched the picture by plain HTTP, not HTTPS: the artifact's guard sees a GET in plain text only";

/**
 * What the programs that ran as the artifact's builds say about themselves: under the same name, a user's own build or a
 * test's stand-in may have run. And whether the picture came by plain HTTP for their guard. `undefined` where none was measured.
 */
export function artifactBuilds(records: readonly Pick<LatencyRecord, "proofs" | "picture">[]): string | undefined {
  const proofs = records.flatMap((record) => record.proofs.filter(({ runtime }) => artifactRuntimes.includes(runtime)));
  const versions = [...new Set(proofs.map(({ version }) => version))];
  if (versions.length === 0) return undefined;
  const plain = records.some(({ picture }) => picture === "http") ? plainPicture : "";
  return `The artifact's builds call themselves: ${versions.join("; ")}${plain}`;
}
