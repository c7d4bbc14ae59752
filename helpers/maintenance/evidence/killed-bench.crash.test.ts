/** The real benchmark, killed at a random call: all its processes at once, so that none of them can do anything. */
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { seededRandom } from "../../../reports/stats/random.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { expectNothingLeft, expectResumed, resultsOf, sweepRun } from "./bench-checks.ts";
import { callsMeasured, callsOfBench, processesOf, startCommand, whyNoBench } from "./bench-command.ts";

const seed = Number(process.env["KALIUM_SEED"] ?? randomInt(2 ** 31));

test("a benchmark that was killed is swept, resumed to the same plan, and drawn", async ({ skip }) => {
  const reason = await whyNoBench();
  if (reason !== undefined) skip(reason);
  const root = await scratchFolder();
  const killAt = 1 + Math.floor(seededRandom(seed)() * (callsOfBench - 20)); // the last ones are quicker than we are
  process.stdout.write(`killed at call ${killAt} of ${callsOfBench} (KALIUM_SEED=${seed})\n`);

  const bench = startCommand(root, ["npx", "vitest", "run", "suites/kalium", "-t", "product-purchase"]);
  await bench.until(`call ${killAt}`, async () => (await callsMeasured(root)) >= killAt);
  const pids = await processesOf(root);
  bench.signal("SIGKILL");
  expect((await bench.ended).code).toBe(137);
  const before = await resultsOf(root);
  expect(before.run.outcome).toBe("running");
  const [session] = before.run.sessions ?? [];
  const runId = session?.runId ?? "";
  await sweepRun(runId);
  await expectNothingLeft(root, runId, pids);

  const resumed = await startCommand(root, ["npm", "run", "resume", "--", before.folder]).ended;
  expect(resumed.code, resumed.output).toBe(0);
  await expectResumed(root, before);
});
