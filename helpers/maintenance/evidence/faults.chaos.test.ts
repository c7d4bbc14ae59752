/** A fault in one part of a run that measures: it is named, ends in time, is drawn as no number, and leaves nothing. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, expect, test } from "vitest";
import { cellVoids, type Results } from "../../../reports/records/store.ts";
import { systemTitle } from "../../../reports/figures/figure-order.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { messageOf } from "../../base/errors.ts";
import { findRunsc } from "../../machine/setup/find-runsc.ts";
import { expectNothingLeft, resultsOf, runIdsOf, sweepRun } from "./bench-checks.ts";
import {
  callsMeasured,
  type Command,
  launcher,
  processesOf,
  rightAnswers,
  startCommand,
  whyNoBench,
} from "./bench-command.ts";
import { type Fault, faults } from "./faults.ts";
import { countRuns, faultTable, type SeenFault } from "./fault-table.ts";
import { prepareFault } from "./inject-fault.ts";

/** Runs of each fault, one after the other over all faults; each in the table. */
const rounds = Number(process.env["KALIUM_CHAOS_ROUNDS"] ?? 1);
/** A file to which each run is appended as a line of JSON: the table is then that of all its runs. */
const log = process.env["KALIUM_CHAOS_LOG"];

/** Calls that are measured before the fault; it comes in the first block. */
const callsBefore = 12;
const settings = { KALIUM_BLOCKS: "2", KALIUM_ROUNDS: "30", KALIUM_PAUSE_MS: "30" };
/** From the fault to the end of the command. The slowest waits: a call's limit, then a minute for the part's answer. */
const endWithinMs = 600_000;

const suiteOf = (measured: string): string => `suites/kalium/${measured.split("-").slice(0, 2).join("-")}.suite.ts`;
/** Of code; the suite that says what was expected is a specification, and may be shown. */
const stack = /^\s+at .+:\d+:\d+\)?$|❯ (?!suites\/)\S+:\d+:\d+|node:internal/m;
const startedMs = performance.now();
const seen: SeenFault[] = [];

beforeEach(async ({ skip }) => {
  const reason = await whyNoBench();
  if (reason !== undefined) skip(reason);
});

const runs = Array.from({ length: rounds }, (_, round) =>
  faults.map((fault): [string, Fault] => [rounds === 1 ? fault.name : `${fault.name}, run ${round + 1}`, fault]),
).flat();

test.for(runs)("%s", async ([, fault], { skip }) => {
  if (fault.systems.includes("gvisor") && (await findRunsc()) === undefined) skip("needs runsc: npm run setup");
  const root = await scratchFolder();
  const row: SeenFault = { name: fault.name, seen: "nothing", left: "not looked at" };
  seen.push(row);
  try {
    await runWith(fault, root, row);
    row.asExpected = true;
  } catch (error) {
    row.problem = messageOf(error).split("\n").slice(0, 3).join(" ");
    throw error;
  } finally {
    if (log !== undefined) appendFileSync(log, `${JSON.stringify(row)}\n`);
  }
});

async function runWith(fault: Fault, root: string, row: SeenFault): Promise<void> {
  const { expected, injection, measured, systems } = fault;
  const prepared = await prepareFault(injection, root);
  const env = { KALIUM_SYSTEMS: systems, ...settings, ...fault.env, ...prepared.env };
  const bench = startCommand(root, [launcher, "bench", suiteOf(measured), "-t", `${measured}\\*?$`], { env });
  await bench.until(`call ${callsBefore}`, async () => (await callsMeasured(root)) >= callsBefore);
  const pids = await processesOf(root);
  const [runId = ""] = await runIdsOf(root);
  const before = await callsMeasured(root);
  await prepared.inject({ root, runId, signal: bench.signal });
  const startMs = performance.now();
  if ("healsAfterMs" in injection) {
    await sleep(injection.healsAfterMs); // the fault lasts as long
    await prepared.heal();
    row.recoveredInS = await recoveredInS(bench, root);
  }
  const { code, output } = await bench.ended;
  const endedMs = performance.now() - startMs;
  row.endedInS = endedMs / 1_000;
  row.seen = `exit ${code}; ${/E_[A-Z]+: .*/.exec(output)?.[0] ?? ""}`;

  await prepared.heal();
  const results = await resultsOf(root).catch((error: unknown) => {
    if (expected.losesCalls) return undefined;
    throw error;
  });
  if (results !== undefined) row.lostCalls = before - samplesOf(results);
  const voids = (results?.latency ?? []).flatMap((record) => (record.voids ?? []).map(({ reason }) => reason));
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
  if (!expected.losesCalls) expect(row.lostCalls).toBeLessThanOrEqual(0);
  expect(endedMs).toBeLessThan(endWithinMs);
  if (results !== undefined) await expectNoVoidDrawn(root, results);
}

afterAll(() => {
  const all =
    log === undefined || !existsSync(log)
      ? seen
      : readFileSync(log, "utf8")
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line) as SeenFault);
  process.stdout.write(`\n${faultTable(faults, all)}\n\n`);
  process.stdout.write(`${countRuns(seen, (performance.now() - startedMs) / 1_000)}\n`);
});

/** From now to the next right answer. */
async function recoveredInS(bench: Command, root: string): Promise<number> {
  const healedMs = performance.now();
  const answered = await rightAnswers(root);
  await bench.until("a right answer after the fault", async () => (await rightAnswers(root)) > answered);
  return (performance.now() - healedMs) / 1_000;
}

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
