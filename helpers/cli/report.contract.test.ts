import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createResults, writeDensity, writeLoad } from "../../reports/records/store.ts";
import { syntheticRecord, syntheticRunRecord, writeSynthetic } from "../../reports/testing/synthetic.ts";
import { syntheticDensity } from "../../reports/testing/synthetic-density.ts";
import { syntheticLoad } from "../../reports/testing/synthetic-load.ts";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
let root = "";
let earlier = "";
let latest = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kb-report-"));
  const write = (label: string, startedAt: string, outcome: "passed" | "running"): Promise<string> =>
    writeSynthetic(join(root, "results"), [syntheticRecord({ label })], {
      ...{ runId: label, startedAt, outcome, selected: [label] },
    });
  earlier = await write("product-photos-report", "2026-11-20T00:00:00.000Z", "passed");
  latest = await write("product-purchase-publish", "2026-11-21T00:00:00.000Z", "running");
});
afterAll(() => rm(root, { recursive: true, force: true }));

const report = (...words: readonly string[]) =>
  execa(launcher, ["report", ...words], {
    ...{ reject: false, stdin: "ignore", timeout: 300_000 },
    env: { KALIUM_RESULTS: join(root, "results"), KALIUM_OUT: join(root, "out"), NO_COLOR: "1" },
  });
const drawn = async (): Promise<string> => readFile(join(root, "out", "figure-8.csv"), "utf8");

test("a folder that is named is drawn, and not the latest", async () => {
  const { exitCode, stdout } = await report(earlier);
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain(`Results  ${earlier}: begun 2026-11-20T00:00:00.000Z, complete`);
  expect(await drawn()).toContain("product-photos-report");
  expect(await drawn()).not.toContain("product-purchase-publish,");
});

test("a run is drawn by its name below KALIUM_RESULTS, too", async () => {
  const { exitCode, stdout } = await report(basename(earlier));
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain(`Results  ${earlier}: begun`);
});

test("without a folder the latest is drawn, with how it ended", async () => {
  const { exitCode, stdout } = await report();
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain(`Results  ${latest}, the latest: begun 2026-11-21T00:00:00.000Z, without an end`);
  expect(stdout).toContain(`npm run resume -- ${latest}`);
  expect(await drawn()).toContain("product-purchase-publish");
});

test("a folder that is not there, and two of the same kind, draw nothing", async () => {
  const absent = await report(join(root, "absent"));
  expect(absent.stderr).toMatch(/there is no folder .*absent/);
  expect([absent.exitCode, absent.stdout]).toEqual([2, ""]);
  const two = await report(earlier, latest);
  expect(two.stderr).toMatch(/ both hold latency records\n {2}-> .*To compare two: npm run compare -- A B/);
  expect([two.exitCode, two.stdout]).toEqual([2, ""]);
});

test("runs of bench, load and density make one report with a row per system", { timeout: 300_000 }, async () => {
  const of = (runId: string): Promise<string> =>
    createResults(join(root, "others"), syntheticRunRecord({ runId, startedAt: "2026-11-22T00:00:00.000Z" }));
  const [load, density] = [await of("load-run"), await of("density-run")];
  await writeLoad(load, { ...syntheticLoad(), runId: "load-run" });
  await writeDensity(density, { ...syntheticDensity(), runId: "density-run" });
  const { exitCode, stdout, stderr } = await report(density, earlier, load);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^System +Latency +In 1 GB +Calls\/s\n/m);
  for (const folder of [earlier, load, density]) expect(stdout).toContain(`Results  ${folder}`);
  const text = await readFile(join(root, "out", "systems.md"), "utf8");
  expect(text).toMatch(/In 1 GB: idle instances of product-purchase-publish \(run density-run\)/);
  expect(await readFile(join(root, "out", "report.html"), "utf8")).toContain("<h2>Every system</h2>");
});
