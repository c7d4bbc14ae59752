import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { poll } from "../base/deadline.ts";
import { createRunDirectory, livingOwner, runDirectoryOf } from "./run-directory.ts";
import { startTicksOf } from "./process-identity.ts";

test("a run's folder is ours while we live, and no other user may list it", async () => {
  const { runId, path } = await createRunDirectory();
  onTestFinished(() => rm(path, { recursive: true }));
  expect(runId).toMatch(/^[0-9a-f]{6}$/);
  expect(path).toBe(runDirectoryOf(runId));
  expect((await stat(path)).mode & 0o777).toBe(0o711);
  expect(await livingOwner(runId)).toBe(process.pid);
});

test("our process id with another start time is somebody else", async () => {
  const { runId, path } = await createRunDirectory();
  onTestFinished(() => rm(path, { recursive: true }));
  await writeFile(join(path, "owner.json"), JSON.stringify({ pid: process.pid, startTicks: 1 }));
  expect(await livingOwner(runId)).toBeUndefined();
});

test("an owner that was killed and not yet collected by its parent does not live", async () => {
  const { runId, path } = await createRunDirectory();
  onTestFinished(() => rm(path, { recursive: true }));
  // The second sleep takes the shell's place and collects no children.
  const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
  const pid = Number(line);
  const asProgram = { what: "the second sleep", timeoutMs: 60_000, intervalMs: 5 };
  await poll(asProgram, async () => (await readFile(`/proc/${parent.pid}/comm`, "utf8")) === "sleep\n" || undefined);
  await writeFile(join(path, "owner.json"), JSON.stringify({ pid, startTicks: await startTicksOf(pid) }));
  expect(await livingOwner(runId)).toBe(pid);
  process.kill(pid, "SIGKILL");
  const deadline = { what: "the owner's death", timeoutMs: 60_000, intervalMs: 5 };
  await poll(deadline, async () => ((await livingOwner(runId)) === undefined ? true : undefined));
  expect(existsSync(`/proc/${pid}`)).toBe(true);
});

test("a run without a folder has no owner", async () => {
  expect(await livingOwner("0f0f0f")).toBeUndefined();
});
