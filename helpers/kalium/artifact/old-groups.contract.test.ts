import { existsSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import {
  cgroupProcesses,
  cgroupsOfRuns,
  cgroupVersion,
  killCgroup,
  removeCgroup,
} from "../../sandboxes/cgroup-tree.ts";
import { runPrefix } from "../../sandboxes/run-network.ts";
import { makeGroupsOf2020 } from "./testing/stand-in-cgroups.ts";

test("folders that runsc of 2020 makes for controllers that are not mounted go, and their numbers kill nobody", async ({
  skip,
}) => {
  if (process.geteuid?.() !== 0) skip("needs root");
  if (cgroupVersion() === 2) skip("control groups are version 2 here, on which that runsc does not start");
  const run = runPrefix(randomBytes(3).toString("hex"));
  onTestFinished(() => removeCgroup(run));
  const before = ["net_cls", "net_prio", "perf_event"].map((name) => existsSync(`/sys/fs/cgroup/${name}`));
  const made = await makeGroupsOf2020(`/${run}/kb-1/c`, process.pid);
  if (made.length === 0) skip("all controllers are mounted here");
  expect(await cgroupsOfRuns()).toContain(run);
  expect(await cgroupProcesses(run)).toEqual([]); // this test's process is in them
  await killCgroup(run);
  await removeCgroup(run);
  expect(await cgroupsOfRuns()).not.toContain(run);
  expect(made.filter((folder) => existsSync(folder))).toEqual([]);
  const after = ["net_cls", "net_prio", "perf_event"].map((name) => existsSync(`/sys/fs/cgroup/${name}`));
  expect(after).toEqual(before);
});

test("on version 2 a start with a cgroupsPath fails, as that of runsc of 2020 does", async ({ skip }) => {
  if (cgroupVersion() === 1) skip("control groups are version 1 here");
  await expect(makeGroupsOf2020("/kb000000/kb-1/c", 1)).rejects.toThrow("cpuset.cpus: no such file");
});
