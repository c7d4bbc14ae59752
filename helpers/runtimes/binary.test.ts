import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { cachedRunsc, identifyBinary } from "./binary.ts";
import { rememberThatItWorks, workedBefore } from "./probe-memory.ts";

const signal = new AbortController().signal;
let cache: string;

beforeEach(async () => {
  const home = await mkdtemp(join(tmpdir(), "cache-"));
  cache = join(home, "kalium-bench");
  vi.stubEnv("XDG_CACHE_HOME", home);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });
});

async function script(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

test("of several fetched releases the newest is taken", async () => {
  expect(await cachedRunsc()).toBeUndefined();
  for (const version of ["20240729.0", "20240801.0", "9"])
    await script(join(cache, `runsc-${version}/usr/bin/runsc`), "");
  await mkdir(join(cache, "runsc-20991231.0"));
  expect(await cachedRunsc()).toBe(join(cache, "runsc-20240801.0/usr/bin/runsc"));
});

test("a binary is known by its first line and its digest", async () => {
  const path = await script(join(cache, "tool"), "echo tool 1.0; echo more");
  expect(await identifyBinary(path, 5000, signal)).toEqual({
    binary: path,
    version: "tool 1.0",
    sha256: "692134b5ea49cdb23e59104936b7a62fec3bad00df2c22834e0f6aa942c04551",
  });
});

test("one that fails is refused with its words", async () => {
  const path = await script(join(cache, "tool"), "echo wrong machine >&2; exit 1");
  await expect(identifyBinary(path, 5000, signal)).rejects.toThrow(/--version ended with 1: wrong machine/);
});

test("a trial that went well is remembered for that binary, platform and network only", async () => {
  const subject = { sha256: "ab", platform: "systrap", network: "netstack", cgroups: true };
  expect(await workedBefore(subject)).toBe(false);
  await rememberThatItWorks(subject);
  expect(await workedBefore(subject)).toBe(true);
  expect(await workedBefore({ ...subject, platform: "ptrace" })).toBe(false);
  expect(await workedBefore({ ...subject, sha256: "cd" })).toBe(false);
  expect(await workedBefore({ ...subject, cgroups: false })).toBe(false);
});
