import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { poll } from "../../base/deadline.ts";
import { ownIdentity, startTicksOf } from "../../sandboxes/process-identity.ts";
import { runDirectoryOf } from "../../sandboxes/run-directory.ts";
import { foldersOf, runIdsOf } from "./bench-checks.ts";
import { processesOf } from "./bench-command.ts";

test("a run is of a command that owns it, not of one that has its owner's number", async () => {
  const root = await scratchFolder();
  const command = spawn("sleep", ["600"], { env: { ...process.env, KALIUM_RESULTS: join(root, "results") } });
  onTestFinished(() => void command.kill("SIGKILL"));
  const deadline = { what: "the command's environment", timeoutMs: 60_000, intervalMs: 10 };
  const pid = await poll(deadline, async () => (await processesOf(root))[0]);
  const startTicks = (await startTicksOf(pid)) ?? 0;
  const runIds: string[] = [];
  for (const owner of [
    { pid, startTicks },
    { pid, startTicks: startTicks - 1 },
    { pid: 1, startTicks },
  ]) {
    const runId = randomBytes(3).toString("hex"); // other tests of this machine have runs, too
    runIds.push(runId);
    await mkdir(runDirectoryOf(runId));
    onTestFinished(() => rm(runDirectoryOf(runId), { recursive: true }));
    await writeFile(join(runDirectoryOf(runId), "owner.json"), JSON.stringify(owner));
  }
  expect(await runIdsOf(root)).toEqual(runIds.slice(0, 1));
});

test("a temporary folder is of a process of this PID namespace alone", async () => {
  const { pid, namespace } = await ownIdentity();
  const names = [`kalium-bench-checks-${pid}n${namespace}-own`, `kalium-bench-checks-${pid}n1-other`];
  for (const name of names) {
    await mkdir(join(tmpdir(), name));
    onTestFinished(() => rm(join(tmpdir(), name), { recursive: true }));
  }
  const found = await foldersOf([pid]);
  expect(names.map((name) => found.includes(name))).toEqual([true, false]);
});
