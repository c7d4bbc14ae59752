import type { JournalContents } from "./journal.ts";
import type { LatencyRecord, Void } from "./record.ts";

/** The record that a journal amounts to. A cut one ends with its last call, and keeps its whole calls. */
export function recordFromJournal(contents: JournalContents): LatencyRecord {
  const { header, samples, proofs, blocks, voids, flags, floors, looks, sized, stopped, endedAt, sha256 } = contents;
  const { runId, startedAt, flow, label, starred, picture, baseline, systems, watchdog, plan, planHash } = header;
  const { application } = header;
  const last = samples.at(-1);
  const lastCallMs = last === undefined ? 0 : (last.startedAtNs + last.latencyNs) / 1e6;
  return {
    schema: "kalium-bench/latency@1",
    runId,
    startedAt,
    flow,
    label,
    starred,
    ...(application !== undefined && { application }),
    ...(picture !== undefined && { picture }),
    baseline,
    systems,
    ...(watchdog !== undefined && { watchdog }),
    plan,
    planHash,
    endedAt: endedAt ?? new Date(Date.parse(startedAt) + lastCallMs).toISOString(),
    proofs,
    blocks,
    voids: [...voids, ...interruptedBlocks(contents)],
    flags: [...flags],
    floors: [...floors],
    ...(sized !== undefined && { sized }),
    ...(looks.length > 0 && { looks: [...looks] }),
    ...(stopped && { stopped }),
    samples: [...samples],
    journal: { path: `journal/${label}.jsonl`, sha256 },
  };
}

/**
 * A block that did not come to its end stays in the record and out of the statistics: its sandboxes are gone, so it
 * cannot be continued, and part of a block is not a replication.
 */
function interruptedBlocks({ samples, blocks }: JournalContents): readonly Void[] {
  const finished = new Set(blocks.map(({ block }) => block));
  const torn = new Set(samples.map(({ block }) => block).filter((block) => !finished.has(block)));
  return [...torn].map((block) => ({ block, reason: "interrupted before the end of the block" }));
}
