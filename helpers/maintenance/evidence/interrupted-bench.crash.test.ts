/** The real benchmark is asked to stop: by Ctrl-C in its terminal, by `timeout`, by a terminal that is closed. */
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { seededRandom } from "../../../reports/stats/random.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { runDirectoryOf } from "../../sandboxes/run-directory.ts";
import { expectNothingLeft, expectResumed, resultsOf, runIdsOf, sweepRun } from "./bench-checks.ts";
import { callsMeasured, callsOfBench, processesOf, startCommand, whyNoBench } from "./bench-command.ts";

const seed = Number(process.env["KALIUM_SEED"] ?? randomInt(2 ** 31));
const bench = ["npm", "run", "bench", "--", "-t", "product-purchase"] as const;
const answer = "stopping and drawing what was measured";

beforeEach(async ({ skip }) => {
  const reason = await whyNoBench();
  if (reason !== undefined) skip(reason);
});

test.for([
  ["SIGINT", "group"],
  ["SIGTERM", "group"],
  ["SIGTERM", "command"],
  ["SIGHUP", "group"],
] as const)(
  "%s to the %s draws a partial report and leaves nothing behind; the run can be resumed",
  async ([name, to]) => {
    const root = await scratchFolder();
    const pressAt = 1 + Math.floor(seededRandom(seed)() * (callsOfBench - 20)); // the last ones are quicker than we are
    process.stdout.write(`${name} at call ${pressAt} of ${callsOfBench} (KALIUM_SEED=${seed})\n`);
    const command = startCommand(root, bench);
    await command.until(`call ${pressAt}`, async () => (await callsMeasured(root)) >= pressAt);
    const pids = await processesOf(root);
    const [runId = ""] = await runIdsOf(root);
    command.signal(name, to);
    const { code, output } = await command.ended;
    expect(output).toContain(answer);
    // npm itself dies of a closed terminal; the benchmark below it ends in order, and its output with it.
    expect(code, output).toBe(name === "SIGHUP" ? 128 + constants.signals.SIGHUP : 130);
    const before = await resultsOf(root);
    expect(before.run.outcome).toBe("interrupted");
    await access(join(root, "out", "report.md"));
    await expectNothingLeft(root, runId, pids);

    const resumed = await startCommand(root, ["npm", "run", "resume", "--", before.folder]).ended;
    expect(resumed.code, resumed.output).toBe(0);
    await expectResumed(root, before);
  },
);

test("a second Ctrl-C ends it at once, its services by themselves; sweep removes the rest", async () => {
  const root = await scratchFolder();
  const command = startCommand(root, bench);
  // While the database starts: the first Ctrl-C waits for that, to stop it in order.
  await command.until("its temporary folder", async () => (await runIdsOf(root)).length > 0);
  const pids = await processesOf(root);
  const [runId = ""] = await runIdsOf(root);
  command.signal("SIGINT");
  await command.until("its answer", () => Promise.resolve(command.output().includes(answer)));
  await sleep(1_100); // two presses of a key; what comes sooner is npm's echo of the first
  command.signal("SIGINT");
  const { code, output } = await command.ended;
  expect(code, output).toBe(130);
  expect(existsSync(runDirectoryOf(runId)), "an end in order removes it").toBe(true);
  await sweepRun(runId);
  await expectNothingLeft(root, runId, pids);
});
