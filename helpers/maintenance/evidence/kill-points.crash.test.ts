/**
 * A measuring process is killed at 200 random points (SIGKILL: it can do nothing about it). Nothing is lost but the call
 * in flight, and resuming comes to the end of the same plan. KALIUM_SEED repeats the points of an earlier run.
 */
import { randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Sample } from "../../../reports/records/record.ts";
import { seededRandom } from "../../../reports/stats/random.ts";
import {
  type JournalContents,
  journalPath,
  readJournal,
  readResults,
  recordFromJournal,
} from "../../../reports/records/store.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { measureScripted, scriptedLabel } from "./measuring-session.ts";
import { expectPlanFulfilled } from "./plan-fulfilled.ts";

const kills = 200;
const seed = Number(process.env["KALIUM_SEED"] ?? randomInt(2 ** 31));

test(`${kills} kills lose no call but the one in flight, and every run is resumed to its end`, async () => {
  const scratch = await scratchFolder();
  const root = async (name: string): Promise<string> => {
    await mkdir(join(scratch, name));
    return join(scratch, name);
  };
  const whole = readJournal(journalPath((await measureScripted(await root("whole"))).folder, scriptedLabel));
  let points = kills;
  const found = { killed: 0, late: 0, runs: 0, calls: 0, inFlight: 0, cutBlocks: 0 };

  /** One run, killed once or more often, then resumed to its end. */
  const killAndResume = async (run: number): Promise<void> => {
    const where = `run ${run} of seed ${seed}`;
    const random = seededRandom(seed + run);
    const own = await root(String(run));
    let before: JournalContents | undefined;
    let goesOn = true;
    while (goesOn) {
      points--;
      const calls = Math.floor(random() * (callsLeft(before, whole) + 1));
      const { folder, acknowledged, killed } = await measureScripted(own, { calls, delayMs: 3 * random() });
      const after = journalIn(folder);
      found.inFlight += expectNothingLost({ before, acknowledged, after }, where);
      if (!killed) points++;
      found[killed ? "killed" : "late"]++;
      before = after;
      goesOn = killed && points > 0 && random() < 0.2;
    }
    const { folder } = await measureScripted(own);
    const journal = readJournal(journalPath(folder, scriptedLabel));
    expect(journal.header.planHash, where).toBe(whole.header.planHash);
    expect(journal.samples.slice(0, before?.samples.length ?? 0), where).toEqual(before?.samples ?? []);
    found.cutBlocks += expectPlanFulfilled(recordFromJournal(journal), where);
    const { run: record, recovered } = await readResults(folder);
    expect([record.outcome, recovered], where).toEqual(["passed", []]);
    found.calls += journal.samples.length;
    found.runs++;
  };

  let run = 0;
  const lane = async (): Promise<void> => {
    while (points > 0) await killAndResume(run++);
  };
  await Promise.all([lane(), lane()]);
  process.stdout.write(
    `${found.killed} kills (KALIUM_SEED=${seed}) in ${found.runs} runs of ${whole.samples.length} calls; ` +
      `${found.late} more came after the end\n` +
      `${found.calls} calls in the journals, none lost; ${found.inFlight} were there that the process had no time to ` +
      `acknowledge; ${found.cutBlocks} cut blocks, each repeated as a new one\n`,
  );
});

/** What a crash left; absent when it came before the first line. */
function journalIn(folder: string): JournalContents | undefined {
  const path = journalPath(folder, scriptedLabel);
  return existsSync(path) && readFileSync(path).includes("\n") ? readJournal(path) : undefined;
}

/** Calls that the next session will make: those of every block that is not finished. */
function callsLeft(journal: JournalContents | undefined, whole: JournalContents): number {
  const blocks = whole.blocks.length - (journal?.blocks.length ?? 0);
  return (whole.samples.length / whole.blocks.length) * blocks;
}

interface Crash {
  readonly before: JournalContents | undefined;
  readonly acknowledged: readonly Sample[];
  readonly after: JournalContents | undefined;
}

/** @returns calls in the journal that were not acknowledged: the one in flight, at most */
function expectNothingLost({ before, acknowledged, after }: Crash, where: string): number {
  const earlier = before?.samples ?? [];
  const samples = after?.samples ?? [];
  const expected = [...earlier, ...acknowledged];
  expect(samples.slice(0, expected.length), where).toEqual(expected);
  const inFlight = samples.length - expected.length;
  expect(inFlight, where).toBeLessThanOrEqual(1);
  return inFlight;
}
