import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "../../config/config.ts";
import { describePlan } from "./describe-plan.ts";
import { runScope } from "./run-scope.ts";

const kubernetes = { KALIUM_PLATFORM: "kubernetes" };

test("the plan of a cluster has no bare processes, and says why", async () => {
  const { config, measured, leftOut } = await runScope(loadConfig(kubernetes));
  const { systems, cells, functions } = await describePlan(config, undefined, measured);
  expect(systems).toEqual(["gvisor", "gvisor-aa", "runc", "kalium", "valve", "trapeze"]);
  expect(cells).toBe(functions.length * 6);
  expect(leftOut).toEqual([{ system: "native", reason: "a cluster runs pods, never bare processes" }]);
});

test("what was named and the platform cannot have is an error, before anything is started", async () => {
  const named = (KALIUM_SYSTEMS: string) => runScope(loadConfig({ ...kubernetes, KALIUM_SYSTEMS }));
  await expect(named("gvisor,native")).rejects.toThrow(/native, asked for, cannot run: a cluster runs pods/);
  const baseline = loadConfig({ ...kubernetes, KALIUM_BASELINE: "native" });
  await expect(runScope(baseline)).rejects.toThrow(/native, the baseline, cannot run/);
});

test("runtimes of the user's file are left out of the platform that they are not for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-fit-"));
  const KALIUM_RUNTIMES = join(folder, "runtimes.yaml");
  await writeFile(KALIUM_RUNTIMES, "runtimes: {kata: {kind: class}, mine: {kind: runsc}}");
  onTestFinished(async () => {
    loadConfig({}); // this process forgets what the file declared
    await rm(folder, { recursive: true });
  });
  const here = await runScope(loadConfig({ KALIUM_RUNTIMES }, true));
  expect(here.config.systems).toContain("mine");
  expect(here.leftOut).toEqual([{ system: "kata", reason: "RuntimeClass kata exists only on a cluster" }]);
  const there = await runScope(loadConfig({ ...kubernetes, KALIUM_RUNTIMES }, true));
  expect(there.config.systems).toContain("kata");
  expect(there.leftOut.map(({ system }) => system)).toEqual(["native", "mine"]);
});
