/** The journal of a load measurement, and the record that it amounts to. Such a measurement is not resumed. */
import { join } from "node:path";
import type { z } from "zod";
import { chunksOfFile } from "./file-lines.ts";
import { openJournalFile } from "./journal-file.ts";
import { decodeLines } from "./journal-lines.ts";
import { type LoadEntry, type LoadFacts, type LoadRecord, chainedLoadJournal, loadEntrySchema } from "./load-record.ts";
import { RecordError } from "./record-error.ts";

export interface LoadJournal {
  readonly path: string;
  /** One `write` call, about 10 us. */
  append(entry: LoadEntry): void;
  /** Flushes to the disk. */
  sync(): void;
  /** Idempotent; what comes later is dropped. */
  close(): void;
}

export const loadJournalPath = (folder: string, label: string): string =>
  join(folder, "journal", "load", `${label}.jsonl`);

/** Replaces an earlier one. @throws {RecordError} the folder is not writable */
export function openLoadJournal(folder: string, facts: LoadFacts): LoadJournal {
  const path = loadJournalPath(folder, facts.label);
  const file = openJournalFile(path);
  file.keep(0, 0);
  file.append("header", { schema: chainedLoadJournal, ...facts });
  return {
    path,
    append: ({ kind, data }) => file.append(kind, data),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}

/** @throws {RecordError} absent, or corrupt anywhere but in a torn last line */
export function recordFromLoadJournal(folder: string, label: string): LoadRecord {
  const path = loadJournalPath(folder, label);
  const entries: z.infer<typeof loadEntrySchema>[] = [];
  const schemas = { schema: loadEntrySchema, chainedSchema: chainedLoadJournal };
  const { sha256 } = decodeLines(path, chunksOfFile(path), schemas, (entry) => void entries.push(entry));
  const [first, ...rest] = entries;
  if (first?.kind !== "header") throw new RecordError(`${path} line 1 is not a journal header`);
  const of = <Kind extends LoadEntry["kind"]>(kind: Kind) =>
    rest.flatMap((entry) => (entry.kind === kind ? [entry.data as Extract<LoadEntry, { kind: Kind }>["data"]] : []));
  const endedAt = of("end").at(-1)?.endedAt;
  return {
    ...first.data,
    schema: "kalium-bench/load@1",
    ...(endedAt !== undefined && { endedAt }),
    proofs: of("proof"),
    blocks: of("block"),
    voids: of("void"),
    steps: of("step"),
    samples: of("sample"),
    journal: { path: `journal/load/${label}.jsonl`, sha256 },
  };
}
