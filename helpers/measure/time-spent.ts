import { existsSync } from "node:fs";
import type { LatencyRecord } from "../../reports/records/record.ts";
import { hasBegun, type JournalContents, journalPath, readJournal } from "../../reports/records/store.ts";

/**
 * The time that a function took so far, ms: the sum over its finished blocks. Neither a pause between two sessions nor the
 * set-up of a session counts, nor a block that was cut off, which is measured again. Blocks that were added to settle it
 * had a time of their own.
 */
export const timeSpentMs = ({ blocks, looks }: Pick<JournalContents, "blocks" | "looks">): number =>
  blocks.slice(0, looks[0]).reduce((sum, block) => sum + blockMs(block), 0);

const blockMs = ({
  resetMs,
  deployMs,
  warmupMs,
  measureMs,
  checkMs = 0,
  removeMs,
}: LatencyRecord["blocks"][number]): number => resetMs + deployMs + warmupMs + measureMs + checkMs + removeMs;

export interface TimeSpent {
  readonly spentMs: number;
  /** The function has all that its plan asks for. */
  readonly complete: boolean;
}

/** Of the functions that have begun, by label. @throws {RecordError} a journal cannot be read */
export const readTimeSpent = (folder: string, labels: readonly string[]): Readonly<Record<string, TimeSpent>> =>
  Object.fromEntries(
    labels
      .map((label) => [label, journalPath(folder, label)] as const)
      .filter(([, path]) => existsSync(path) && hasBegun(path))
      .map(([label, path]) => {
        const contents = readJournal(path);
        const complete = contents.endedAt !== undefined || contents.looks.length > 0;
        return [label, { spentMs: timeSpentMs(contents), complete }];
      }),
  );
