import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeMachine, fakeRunsc, writeProgram } from "./fake-programs.test-support.ts";
import { findRunsc } from "./find-runsc.ts";

const old = fakeRunsc("0.0~20221219.0", "ptrace (default), kvm");
const newer = fakeRunsc("release-20250101.0", "systrap (default), ptrace, kvm");

test("the newest of the private cache is found, and what is named goes before it", async () => {
  const { path } = fakeMachine({ named: old });
  const cached = join(path, "cache/kalium-bench/runsc-10/usr/bin/runsc");
  writeProgram(join(path, "cache/kalium-bench/runsc-9/usr/bin/runsc"), old);
  writeProgram(cached, newer);
  expect(await findRunsc()).toEqual({ path: cached, version: "release-20250101.0", systrap: true });
  expect(await findRunsc(join(path, "bin/named"))).toMatchObject({ version: "0.0~20221219.0", systrap: false });
});

test("a program that is not runsc, or that fails, is refused", async () => {
  const { path } = fakeMachine({ wrong: "echo hello", broken: "exit 1" });
  for (const name of ["wrong", "broken", "absent"]) expect(await findRunsc(join(path, "bin", name))).toBeUndefined();
});
