import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { encodeLine } from "../records/journal-lines.ts";
import { planHash } from "../records/journal.ts";
import type { JournalEntry } from "../records/store.ts";
import { journalPath } from "../records/store.ts";
import { seededRandom } from "../stats/random.ts";
import { syntheticRecord } from "./synthetic.ts";

const ratios: Readonly<Record<string, number>> = { "gvisor-aa": 1, native: 0.6, runc: 0.7 };
const blocks = 40;
const keptLines = 10_000;

/** A journal of so many calls, made in little memory. Not a measurement. */
export function writeLargeJournal(
  folder: string,
  calls: number,
): { readonly path: string; readonly sha256: string; readonly bytes: number } {
  const record = syntheticRecord({ ratios, blocks, rounds: 1 });
  const { runId, startedAt, endedAt, flow, label, starred, baseline, systems } = record;
  const rounds = Math.ceil(calls / blocks / systems.length);
  const facts = { runId, startedAt, flow, label, starred, baseline, systems, plan: { ...record.plan, rounds } };
  const path = journalPath(folder, label);
  const hash = createHash("sha256");
  const random = seededRandom(1);
  let lines: string[] = [];
  let [previous, bytes, clockNs] = [0, 0, 0];
  const flush = (): void => {
    const text = lines.join("");
    lines = [];
    hash.update(text);
    bytes += text.length;
    appendFileSync(path, text);
  };
  const put = (kind: string, data: unknown): void => {
    const { line, crc } = encodeLine(kind, data, previous);
    previous = crc;
    if (lines.push(line) === keptLines) flush();
  };
  const entry = ({ kind, data }: JournalEntry): void => put(kind, data);
  put("header", { schema: "kalium-bench/journal@2", planHash: planHash(facts), ...facts });
  for (const data of record.proofs) entry({ kind: "proof", data });
  for (const data of record.blocks) {
    for (let round = -1; round < rounds; round++) {
      systems.forEach(({ name: system }, position) => {
        const latencyNs = Math.round(8e6 * (ratios[system] ?? 1) * (0.8 + 0.5 * random()));
        const phase = round < 0 ? "cold" : "measured";
        const call = {
          system,
          block: data.block,
          round: Math.max(round, 0),
          position,
          phase,
          startedAtNs: clockNs,
        } as const;
        const firstByteNs = Math.round(0.97 * latencyNs);
        entry({ kind: "sample", data: { ...call, firstByteNs, latencyNs, status: 200, outcome: "ok" } });
        clockNs += latencyNs + 100_000;
      });
    }
    entry({ kind: "block", data });
  }
  entry({ kind: "end", data: { endedAt } });
  flush();
  return { path, sha256: hash.digest("hex"), bytes };
}
