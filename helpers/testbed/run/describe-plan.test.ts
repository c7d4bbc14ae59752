import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { syntheticRecord, writeSynthetic } from "../../../reports/testing/synthetic.ts";
import { loadConfig } from "../../config/config.ts";
import { describePlan, renderPlan } from "./describe-plan.ts";

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kalium-plan-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("the quick profile is 102 cells, 5 blocks or more of each, within its time; slow functions have fewer rounds", async () => {
  const resultsDirectory = join(await scratch(), "none");
  const description = await describePlan({ ...loadConfig({}), resultsDirectory });
  expect(description).toMatchObject({ cells: 102, baseline: "gvisor" });
  expect(description.expectedMs).toBeLessThan(16 * 60_000);
  expect(Math.min(...description.functions.map(({ blocks }) => blocks))).toBe(5);
  const roundsOf = (label: string): number => {
    const found = description.functions.find((each) => each.label === label);
    return (found?.rounds ?? NaN) + (found?.warmupRounds ?? NaN);
  };
  expect(roundsOf("product-master-photos")).toBeLessThan(roundsOf("product-photos-success"));
  const text = renderPlan(description);
  expect(text).toContain("gvisor (baseline), gvisor-aa, native, kalium, valve, trapeze");
  expect(text).toContain("product-catalog-builder-product");
});

test("the paper profile takes about half an hour", async () => {
  const config = { ...loadConfig({ KALIUM_PROFILE: "paper" }), resultsDirectory: join(await scratch(), "none") };
  const minutes = (await describePlan(config)).expectedMs / 60_000;
  expect(minutes).toBeGreaterThan(20);
  expect(minutes).toBeLessThan(45);
});

test("a budget limits the time of the rigorous profile", async () => {
  const resultsDirectory = join(await scratch(), "none");
  const config = { ...loadConfig({ KALIUM_PROFILE: "rigorous", KALIUM_BUDGET_MINUTES: "10" }), resultsDirectory };
  const description = await describePlan(config);
  expect(description.expectedMs).toBeLessThan(11 * 60_000);
  expect(renderPlan(description)).toMatch(/at most 40 per function[^]*until steady, at most 200/);
});

test("the latest results tell the costs, and are not touched", async () => {
  const root = await scratch();
  const slow = syntheticRecord({ label: "microbenchmark", blocks: 2, rounds: 4 });
  const blocks = slow.blocks.map((times) => ({ ...times, deployMs: 600_000 }));
  const folder = await writeSynthetic(root, [{ ...slow, blocks }]);
  const before = await readdir(folder);
  const description = await describePlan({ ...loadConfig({}), resultsDirectory: root });
  expect(description.source).toContain(folder);
  expect(description.functions.find(({ label }) => label === "microbenchmark")?.expectedMs).toBeGreaterThan(600_000);
  expect(await readdir(folder)).toEqual(before);
});

test("a budget of the quick profile shows what is planned, not the most that the time may allow", async () => {
  const resultsDirectory = join(await scratch(), "none");
  const description = await describePlan({ ...loadConfig({ KALIUM_BUDGET_MINUTES: "12" }), resultsDirectory });
  expect(Math.min(...description.functions.map(({ blocks }) => blocks))).toBe(5);
  expect(description.functions.every(({ blocks, mostBlocks = 0 }) => mostBlocks > blocks)).toBe(true);
  expect(renderPlan(description)).toMatch(/^Blocks {5}about 5/m);
});

test("a budget that is too short for a conclusion says so beforehand, with one that is not", async () => {
  const resultsDirectory = join(await scratch(), "none");
  const planOf = (minutes: string) =>
    describePlan({ ...loadConfig({ KALIUM_BUDGET_MINUTES: minutes }), resultsDirectory });
  const text = renderPlan(await planOf("2"));
  const [, enough = ""] = /^Too short {2}2 min .*Set KALIUM_BUDGET_MINUTES=(\d+),/m.exec(text) ?? expect.fail(text);
  expect(renderPlan(await planOf(enough))).not.toContain("Too short");
  expect(renderPlan(await planOf(String(Number(enough) - 1)))).toContain("Too short");
});
