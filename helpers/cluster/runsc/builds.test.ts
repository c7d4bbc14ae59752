import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { expect, onTestFinished, test } from "vitest";
import { localShell } from "../nodes/local-shell.test-support.ts";
import { resolveBuilds, type RunscBuild } from "./builds.ts";
import { runscConfig, wrapperScript } from "./runsc-config.ts";

/** A program that answers `--version` as runsc does. */
async function fakeRunsc(version: string, more = ""): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kalium-runsc-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "runsc");
  await writeFile(path, `#!/bin/sh\n# ${more}\necho runsc version ${version}\n`);
  await chmod(path, 0o755);
  return path;
}
const signal = AbortSignal.timeout(60_000);

test("each build has a class and a handler of its own, and the platform that it knows", async () => {
  const [young, old] = [await fakeRunsc("2024", "--platform systrap"), await fakeRunsc("2022")];
  const builds = await resolveBuilds(
    { runsc: [`gvisor=${young}`, `gvisor-ref=${old}`, `kalium=${young}`], flags: ["gvisor:overlay2=none"] },
    signal,
  );
  expect(
    builds.map(({ runtimeClass, handler, platform, version, flags }) => [
      runtimeClass,
      handler,
      platform,
      version,
      flags,
    ]),
  ).toEqual([
    ["gvisor", "kalium-bench-gvisor", "systrap", "runsc version 2024", { overlay2: "none" }],
    ["gvisor-ref", "kalium-bench-gvisor-ref", "ptrace", "runsc version 2022", {}],
    ["gvisor-kalium", "kalium-bench-gvisor-kalium", "ptrace", "runsc version 2024", {}],
  ]);
  expect(new Set(builds.map(({ sha256 }) => sha256)).size).toBe(2);
});

test.for([
  [["runc=/bin/true"], [], /runc is not the name of a runtime[^]*gvisor-ref/],
  [["gvisor"], [], /--runsc gvisor is not NAME=VALUE/],
  [["gvisor=/nowhere/runsc"], [], /\/nowhere\/runsc does not exist/],
  [[], ["gvisor:debug"], /--runsc-flag debug is not NAME=VALUE/],
] as const)("%j %j is refused by name", async ([runsc, flags, message]) => {
  const path = await fakeRunsc("1");
  const choice = { runsc: runsc.length === 0 ? [`gvisor=${path}`] : runsc, flags };
  await expect(resolveBuilds(choice, signal)).rejects.toThrow(message);
});

const build: Pick<RunscBuild, "runtimeClass" | "platform" | "flags"> = {
  runtimeClass: "gvisor",
  platform: "systrap",
  flags: {},
};

test("the shim's configuration names the binary, its own state folder and a log folder per sandbox", () => {
  const config = parse(runscConfig({ ...build, flags: { debug: "true" } }, { wrapped: false, systemdCgroup: true }));
  expect(config).toEqual({
    binary_name: "/var/lib/kalium-bench/runsc/gvisor/runsc",
    root: "/run/kalium-bench/gvisor",
    runsc_config: {
      platform: "systrap",
      network: "sandbox",
      "debug-log": "/var/log/kalium-bench/gvisor/%ID%/",
      "systemd-cgroup": "true",
      debug: "true",
    },
  });
});

test("where the kernel needs it, the shim is given the wrapper, which passes its arguments on", async () => {
  const config = parse(runscConfig(build, { wrapped: true, systemdCgroup: false }));
  expect(config["binary_name"]).toBe("/var/lib/kalium-bench/runsc/gvisor/runsc-wrapped");
  expect(config["runsc_config"]).not.toHaveProperty("systemd-cgroup");
  const script = wrapperScript("/usr/bin/printf")
    .replace("unshare -m /bin/sh", "/bin/sh")
    .replace("mount -t tmpfs none /proc/sys/net && exec", "exec");
  const { stdout } = await localShell.run(script, { args: ["[%s]", "a b", "--flag=$x"] });
  expect(stdout).toBe("[a b][--flag=$x]");
});
