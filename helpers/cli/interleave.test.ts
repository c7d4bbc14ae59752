import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { interleavedEnvironment } from "./interleave.ts";

const folder = mkdtempSync(join(tmpdir(), "kb-interleave-"));
afterAll(() => rmSync(folder, { recursive: true }));
const binary = join(folder, "runsc-new");
writeFileSync(binary, "", { mode: 0o755 });

test("the baseline, its A/A arm and the second binary are measured in one plan", () => {
  const { system, config } = interleavedEnvironment({ binary }, { KALIUM_BLOCKS: "5" });
  expect(system).toBe("gvisor-ref");
  expect(config).toMatchObject({
    systems: ["gvisor", "gvisor-aa", "gvisor-ref"],
    baseline: "gvisor",
    plan: { blocks: 5 },
    runtimes: { runscReference: binary },
  });
});

test("with runc as the baseline the binary is a second runc", () => {
  const { system, config } = interleavedEnvironment({ binary }, { KALIUM_BASELINE: "runc" });
  expect(system).toBe("runc-ref");
  expect(config.systems).toEqual(["runc", "runc-aa", "runc-ref"]);
  expect(config.runtimes).toMatchObject({ runcReference: binary, runscReference: undefined });
});

test("the run can be continued: the recorded variables hold all that was chosen", () => {
  const { config } = interleavedEnvironment({ binary }, {});
  expect(config.variables).toMatchObject({
    KALIUM_SYSTEMS: "gvisor,gvisor-aa,gvisor-ref",
    KALIUM_BASELINE: "gvisor",
    KALIUM_RUNSC_REF: binary,
  });
});

test("a binary that is not there, systems of the user's own and a baseline without binary are refused", () => {
  const refused = (path: string, env: Record<string, string>) => () => interleavedEnvironment({ binary: path }, env);
  expect(refused(join(folder, "absent"), {})).toThrow(/--interleave is ".*absent", but must be an existing/);
  expect(refused(binary, { KALIUM_SYSTEMS: "gvisor" })).toThrow(/--interleave chooses the systems/);
  expect(refused(binary, { KALIUM_BASELINE: "native" })).toThrow(/"native", and --interleave compares/);
});

test("flags make a second build of the same binary", () => {
  const { system, config } = interleavedEnvironment({ flags: "--directfs=false  -overlay2=all:memory" }, {});
  expect(system).toBe("gvisor-ref");
  expect(config.runtimes.runscReferenceFlags).toEqual(["--directfs=false", "--overlay2=all:memory"]);
  expect(config.runtimes.runscReference).toBeUndefined();
  const refused =
    (flags: string, env: Record<string, string> = {}) =>
    () =>
      interleavedEnvironment({ flags }, env);
  expect(refused("--platform=kvm")).toThrow(/use KALIUM_GVISOR_PLATFORM/);
  expect(refused("--root=/x")).toThrow(/kalium-bench sets it itself/);
  expect(refused("directfs=false")).toThrow(/"directfs=false" is not one/);
  expect(refused("--directfs=false", { KALIUM_BASELINE: "runc" })).toThrow(/--flags is set, but it is for runsc/);
  expect(refused("--directfs=false", { KALIUM_PLATFORM: "kubernetes" })).toThrow(/cluster -- up --runsc-flag/);
});
