import type { JournalContents } from "./journal.ts";
import type { LatencyRecord } from "./record.ts";

/** The record that a journal amounts to. A cut one ends with its last call, and keeps its whole calls. */
export function recordFromJournal({
  header,
  samples,
  proofs,
  blocks,
  endedAt,
  sha256,
}: JournalContents): LatencyRecord {
  const { runId, startedAt, flow, label, starred, baseline, systems, plan } = header;
  const last = samples.at(-1);
  const lastCallMs = last === undefined ? 0 : (last.startedAtNs + last.latencyNs) / 1e6;
  return {
    schema: "kalium-bench/latency@1",
    runId,
    startedAt,
    flow,
    label,
    starred,
    baseline,
    systems,
    plan,
    endedAt: endedAt ?? new Date(Date.parse(startedAt) + lastCallMs).toISOString(),
    proofs,
    blocks,
    samples: [...samples],
    journal: { path: `journal/${label}.jsonl`, sha256 },
  };
}
