/** A fault in one part of a run that measures: it is named, ends in time, is drawn as no number, and leaves nothing. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { cellVoids, type Results } from "../../../reports/records/store.ts";
import { systemTitle } from "../../../reports/figures/figure-order.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { expectNothingLeft, resultsOf, runIdsOf, sweepRun } from "./bench-checks.ts";
import { callsMeasured, processesOf, startCommand, whyNoBench } from "./bench-command.ts";
import { faults } from "./faults.ts";
import { faultTable, type SeenFault } from "./fault-table.ts";
import { prepareFault } from "./inject-fault.ts";

/** Calls that are measured before the fault; 3 blocks of 3 + 40 rounds are planned, so it comes in the first. */
const callsBefore = 12;
/** From the fault to the end of the command. The slowest waits: a call's limit, then a minute for the part's answer. */
const endWithinMs = 600_000;

const suiteOf = (measured: string): string => `suites/kalium/${measured.split("-").slice(0, 2).join("-")}.suite.ts`;
/** Of code; the suite that says what was expected is a specification, and may be shown. */
const stack = /^\s+at .+:\d+:\d+\)?$|❯ (?!suites\/)\S+:\d+:\d+|node:internal/m;
const seen: SeenFault[] = [];

beforeEach(async ({ skip }) => {
  const reason = await whyNoBench();
  if (reason !== undefined) skip(reason);
});

test.for(faults.map((fault) => [fault.name, fault] as const))("%s", async ([, fault]) => {
  const { expected, injection, measured, systems } = fault;
  const root = await scratchFolder();
  const row: SeenFault = { fault, seen: "nothing", left: "not looked at" };
  seen.push(row);
  const prepared = await prepareFault(injection, root);
  const env = { KALIUM_SYSTEMS: systems, KALIUM_BLOCKS: "3", KALIUM_ROUNDS: "40" };
  const bench = startCommand(root, ["npm", "run", "bench", "--", suiteOf(measured), "-t", `${measured}\\*?$`], { env });
  await bench.until(`call ${callsBefore}`, async () => (await callsMeasured(root)) >= callsBefore);
  const pids = await processesOf(root);
  const [runId = ""] = await runIdsOf(root);
  const before = await callsMeasured(root);
  await prepared.inject();
  const startMs = performance.now();
  const { code, output } = await bench.ended;
  const endedMs = performance.now() - startMs;
  row.endedInS = endedMs / 1_000;
  row.seen = `exit ${code}; ${/E_[A-Z]+: .*/.exec(output)?.[0] ?? ""}`;

  await prepared.undo();
  const results = await resultsOf(root);
  row.lostCalls = before - samplesOf(results);
  const voids = results.latency.flatMap((record) => (record.voids ?? []).map(({ reason }) => reason));
  if (voids.length > 0) row.seen += `; void: ${voids.join(", ")}`;
  if (code !== expected.exit) process.stdout.write(output);
  process.stdout.write(`${fault.name}: ${row.seen} after ${row.endedInS.toFixed(0)} s\n`);
  if (expected.removedBy === "sweep") await sweepRun(runId);
  await expectNothingLeft(root, runId, pids);
  row.left = expected.removedBy === "run" ? "nothing" : "nothing after sweep";

  for (const words of expected.says) expect(output).toMatch(words);
  expect(code, output).toBe(expected.exit);
  if (expected.voids) expect(voids.join("\n")).toMatch(expected.voids);
  expect(output).not.toMatch(stack);
  expect(row.lostCalls).toBeLessThanOrEqual(0);
  expect(endedMs).toBeLessThan(endWithinMs);
  await expectNoVoidDrawn(root, results);
  row.asExpected = true;
});

afterAll(() => {
  process.stdout.write(`\n${faultTable(seen)}\n`);
});

const samplesOf = ({ latency }: Results): number => latency.reduce((sum, { samples }) => sum + samples.length, 0);

/** A void cell's line in the report's table of latencies has no median. */
async function expectNoVoidDrawn(root: string, { latency }: Results): Promise<void> {
  const report = await readFile(join(root, "out", "report.md"), "utf8").catch(() => "");
  const [, table = ""] = report.split("\n## Latency\n");
  const lines = (table.split("\n## ")[0] ?? "").split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  for (const record of latency) {
    for (const { name } of record.systems.filter((system) => cellVoids(record, system.name).length > 0)) {
      const [, , , , median = ""] = lines.find((cells) => cells[2] === systemTitle(name)) ?? [];
      expect(median, name).not.toMatch(/\d/);
    }
  }
}
