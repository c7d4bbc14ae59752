/** The journal of a load measurement, and the record that it amounts to. Such a measurement is not resumed. */
import { closeSync, fdatasyncSync, ftruncateSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { decodeLines, encodeLine, openForAppend, sha256Of } from "./journal-lines.ts";
import { type LoadEntry, type LoadFacts, type LoadRecord, loadEntrySchema } from "./load-record.ts";
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
  const descriptor = openForAppend(path);
  ftruncateSync(descriptor, 0);
  writeSync(descriptor, encodeLine("header", { schema: "kalium-bench/load-journal@1", ...facts }));
  let open = true;
  return {
    path,
    append: ({ kind, data }) => {
      if (open) writeSync(descriptor, encodeLine(kind, data));
    },
    sync: () => {
      if (open) fdatasyncSync(descriptor);
    },
    close: () => {
      if (open) {
        fdatasyncSync(descriptor);
        closeSync(descriptor);
      }
      open = false;
    },
  };
}

/** @throws {RecordError} absent, or corrupt anywhere but in a torn last line */
export function recordFromLoadJournal(folder: string, label: string): LoadRecord {
  const path = loadJournalPath(folder, label);
  const bytes = readFileSync(path);
  const [first, ...rest] = decodeLines(path, bytes, loadEntrySchema).entries;
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
    journal: { path: `journal/load/${label}.jsonl`, sha256: sha256Of(bytes) },
  };
}
