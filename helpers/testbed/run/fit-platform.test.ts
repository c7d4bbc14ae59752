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

test("images that only this machine has are refused on a cluster, with the command that brings them to a registry", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kb-fit-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const scopeOf = async (image: string) => {
    const file = join(folder, "stack.yml");
    const functions = { greet: { image } };
    const section = { calls: { hello: { function: "greet" } } };
    const provider = { name: "openfaas" };
    await writeFile(file, JSON.stringify({ version: "1.0", provider, functions, "kalium-bench": section }));
    const systems = { KALIUM_SYSTEMS: "gvisor,gvisor-aa,runc" };
    return runScope(loadConfig({ ...kubernetes, ...systems, KALIUM_APP: file }));
  };
  await expect(scopeOf("oci:/tmp/images/greet")).rejects.toThrow(
    /greet has the image oci:\/tmp\/images\/greet:latest, which a cluster's nodes cannot pull\n.*skopeo copy/,
  );
  await expect(scopeOf("docker://r.example/greet:1")).rejects.toThrow(/Write r\.example\/greet:1 into the stack file/);
  expect((await scopeOf("r.example/greet:1")).measured).toMatchObject([{ label: "hello" }]);
});
