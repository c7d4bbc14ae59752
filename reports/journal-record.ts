import { basename } from "node:path";
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
  const { schema: _schema, planHash: _planHash, ...facts } = header;
  const last = samples.at(-1);
  const lastCallMs = last === undefined ? 0 : (last.startedAtNs + last.latencyNs) / 1e6;
  return {
    schema: "kalium-bench/latency@1",
    ...facts,
    endedAt: endedAt ?? new Date(Date.parse(facts.startedAt) + lastCallMs).toISOString(),
    proofs,
    blocks,
    samples: [...samples],
    journal: { path: `journal/${basename(facts.label)}.jsonl`, sha256 },
  };
}
