import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "../records/store.ts";
import { runTinySuite, type VitestRun } from "../testing/run-vitest.ts";

const globalSetup = `
  import { createResults } from "{reports}/records/store.ts";
  import { syntheticRunRecord } from "{reports}/testing/synthetic.ts";
  export default async (project) => {
    const resultsDirectory = await createResults("{folder}/results", syntheticRunRecord({ outcome: "running" }));
    project.provide("lab", { resultsDirectory });
  };`;

const kalium = `
  import { inject, test } from "vitest";
  import { recordLatency } from "{reports}/records/artifact.ts";
  import { syntheticRecord, writeJournal } from "{reports}/testing/synthetic.ts";
  test("x", ({ task }) =>
    recordLatency(task, writeJournal(inject("lab").resultsDirectory, syntheticRecord({ label: "x", rounds: 8 }))));`;

const measure = (...words: readonly string[]): Promise<VitestRun> =>
  runTinySuite({ globalSetup, projects: { kalium }, arguments: words });

/** Everything that a measuring run leaves, whoever else reports it. */
async function expectComplete({ folder, code }: VitestRun): Promise<void> {
  expect(code).toBe(0);
  const [name = ""] = await readdir(join(folder, "results"));
  const { run, latency, recovered } = await readResults(join(folder, "results", name));
  expect(run.outcome).toBe("passed");
  expect(run.endedAt).toBeDefined();
  expect(latency.map(({ label }) => label)).toEqual(["x"]);
  expect(recovered).toEqual([]);
  expect(await readdir(join(folder, "out"))).toContain("figure-8.svg");
}

test("--reporter=junit adds to our record, figure and lines", { timeout: 300_000 }, async () => {
  await using run = await measure("--reporter=junit");
  await expectComplete(run);
  const path = /JUNIT report written to (.*)/.exec(run.stdout)?.[1] ?? "";
  expect(await readFile(path, "utf8")).toMatch(/<testsuites [^]*tests="1" failures="0"/);
  expect(run.stdout).toMatch(/Results  [^]*1 passed, 0 failed, 0 skipped\n$/);
});

test("--reporter=tap has standard output to itself", { timeout: 300_000 }, async () => {
  await using run = await measure("--reporter=tap");
  await expectComplete(run);
  expect(run.stdout).toMatch(/^TAP version 13\n1\.\.1\n(?:ok|not ok| {4}|\}).*\n(?:(?:ok| {4}|\}).*\n)*$/);
  expect(run.stderr).toMatch(/Results  [^]*1 passed, 0 failed, 0 skipped/);
});

test("two reporters, one of them with a file, add to ours", { timeout: 300_000 }, async () => {
  await using run = await measure("--reporter=json", "--reporter=verbose", "--outputFile.json=results.json");
  await expectComplete(run);
  expect(JSON.parse(await readFile(join(run.folder, "results.json"), "utf8"))).toMatchObject({ numPassedTests: 1 });
  expect(run.stdout).toMatch(/Results  [^]*1 passed, 0 failed, 0 skipped\n$/);
});
