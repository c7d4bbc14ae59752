/** Records from imported files: one per function, one block. Pure. */
import type { ImportedFile, LatencyRecord, Sample, SystemRecord } from "../records/record.ts";
import { type KeyedFunction, keyedFunctions } from "./function-keys.ts";
import { systemNames } from "./places.ts";
import type { ReadResultFile } from "./read-result-file.ts";
import { averageOf } from "./seconds.ts";

export interface ImportedRecords {
  readonly records: readonly LatencyRecord[];
  readonly problems: readonly string[];
  /** What a reader should know and what prevents nothing. */
  readonly notes: readonly string[];
}

/** The artifact's ratios are relative to it. */
const baseline = "gvisor";

/** The artifact's scripts cut the last digit of every timing, which is up to 9 us. */
const digitLossNs = 10_000;

export function importedRecords(
  files: readonly ReadResultFile[],
  { runId, importedAt }: { readonly runId: string; readonly importedAt: string },
): ImportedRecords {
  const problems: string[] = [];
  const notes: string[] = [];
  const records = keyedFunctions.flatMap((named) => {
    const own = files.filter((file) => file.named.label === named.label);
    if (own.length === 0) return [];
    const cells = Object.values(Object.groupBy(own, ({ system }) => system.name)).map((cell = []) => {
      problems.push(...duplicates(cell));
      notes.push(...contradictions(cell));
      return cell.find(({ kind }) => kind === "timings") ?? cell[0];
    });
    const chosen = cells
      .filter((cell) => cell !== undefined)
      .toSorted((a, b) => systemNames.indexOf(a.system.name) - systemNames.indexOf(b.system.name));
    return [recordOf(named, chosen, { runId, importedAt })];
  });
  return { records, problems, notes };
}

function recordOf(
  { label, starred, flow }: KeyedFunction,
  files: readonly ReadResultFile[],
  { runId, importedAt }: { readonly runId: string; readonly importedAt: string },
): LatencyRecord {
  const rounds = Math.max(...files.map(({ calls }) => calls));
  return {
    schema: "kalium-bench/latency@1",
    runId,
    startedAt: importedAt,
    endedAt: importedAt,
    flow,
    label,
    starred,
    baseline,
    systems: files.map(({ system }): SystemRecord => system),
    plan: { profile: "imported", seed: 0, blocks: 1, rounds, warmupRounds: 0, connection: "fresh" },
    proofs: [],
    blocks: [],
    samples: files.flatMap(samplesOf),
    imported: { files: files.map(provenance) },
  };
}

function samplesOf({ system, content }: ReadResultFile): readonly Sample[] {
  if (!("timingsNs" in content)) return [];
  let startedAtNs = 0;
  return content.timingsNs.map((latencyNs, round): Sample => {
    const place = { system: system.name, block: 0, round, position: 0, phase: "measured", startedAtNs } as const;
    startedAtNs += latencyNs;
    return { ...place, latencyNs, status: 0, outcome: "ok" };
  });
}

const provenance = ({ path, sha256, system, calls, content }: ReadResultFile): ImportedFile => ({
  path,
  sha256,
  system: system.name,
  count: calls,
  ...("average" in content && { average: content.average }),
});

/** Which of two runs is meant cannot be guessed. */
function duplicates(cell: readonly ReadResultFile[]): readonly string[] {
  return Object.values(Object.groupBy(cell, ({ kind }) => kind)).flatMap((same) => {
    const [first, second] = same;
    if (first === undefined || second === undefined) return [];
    return [`${first.path} and ${second.path} are both ${first.kind} of ${first.named.label} on ${first.system.name}`];
  });
}

/** A summary beside its timings must be theirs; the artifact's filters can make it another. */
function contradictions(cell: readonly ReadResultFile[]): readonly string[] {
  const timings = cell.flatMap(({ content, path }) =>
    "timingsNs" in content ? [{ path, average: averageOf(content.timingsNs) }] : [],
  );
  const [first] = timings;
  return cell.flatMap(({ content, path }) => {
    const meanNs = first?.average?.meanNs;
    if (first === undefined || meanNs === undefined || !("average" in content)) return [];
    if (Math.abs(content.average.meanNs - meanNs) <= digitLossNs) return [];
    const seconds = (ns: number): string => (ns / 1e9).toFixed(6);
    return [
      `${path} says ${seconds(content.average.meanNs)} s, the calls of ${first.path} average ${seconds(meanNs)} s`,
    ];
  });
}
