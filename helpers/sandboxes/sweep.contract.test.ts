import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { tracesOf } from "../runtimes/testing/traces.ts";
import { createRunDirectory, livingOwner } from "./run-directory.ts";
import { sweep } from "./sweep.ts";

const doomedRun = fileURLToPath(new URL("../runtimes/testing/doomed-run.ts", import.meta.url));

const clean = async (runId: string): Promise<void> => {
  await sweep({ runId });
};

interface Doomed {
  readonly runId: string;
  readonly path: string;
  readonly reason?: string;
}

for (const runtime of ["native", "runc", "gvisor"] as const) {
  test(`nothing is left of two ${runtime} sandboxes after their harness was killed and swept`, async ({ skip }) => {
    const child = spawn(process.execPath, [doomedRun, runtime], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const run = JSON.parse(line) as Doomed;
    onTestFinished(() => clean(run.runId));
    if (run.reason !== undefined) skip(run.reason);
    expect(await livingOwner(run.runId)).toBe(child.pid);
    expect((await tracesOf(run)).length).toBeGreaterThan(1);

    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    expect(await livingOwner(run.runId)).toBeUndefined();
    const report = await sweep({ runId: run.runId });
    expect(report.failures).toEqual([]);
    expect(report.swept).toHaveLength(1);
    expect(await tracesOf(run)).toEqual([]);
    expect(await sweep({ runId: run.runId })).toEqual({ swept: [], leftAlone: [], failures: [] });
  });
}

test("a run whose folder is elsewhere is left alone while its sandboxes live", async ({ skip }) => {
  const child = spawn(process.execPath, [doomedRun, "runc"], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { runId, path, reason } = JSON.parse(line) as Doomed;
  onTestFinished(() => clean(runId));
  if (reason !== undefined) skip(reason);
  await rename(path, `${path}-elsewhere`);
  const { swept, leftAlone } = await sweep({ only: (id) => id === runId });
  await rename(`${path}-elsewhere`, path);
  expect(swept).toEqual([]);
  expect(leftAlone.map((each) => each.runId)).toEqual([runId]);
});

test("a run whose owner lives is left alone, unless it is named", async () => {
  const { runId } = await createRunDirectory();
  onTestFinished(() => clean(runId));
  const { leftAlone } = await sweep({ only: (id) => id === runId });
  expect(leftAlone).toEqual([{ runId, ownerPid: process.pid }]);
  const { swept } = await sweep({ runId });
  expect(swept.map((each) => each.runId)).toEqual([runId]);
});

test("a server that left its process id in the run's folder is ended, a stranger with that number is not", async () => {
  const { runId, path } = await createRunDirectory();
  onTestFinished(() => clean(runId));
  const idle = "setInterval(() => undefined, 60_000)";
  const server = spawn(process.execPath, ["-e", idle, "--", `--datadir=${path}/mysql`]);
  const stranger = spawn(process.execPath, ["-e", idle, "--", `${path}0/elsewhere`]);
  onTestFinished(() => {
    stranger.kill("SIGKILL");
  });
  await mkdir(join(path, "mysql"));
  await writeFile(join(path, "mysql", "server.pid"), `${server.pid ?? 0}\n`);
  await writeFile(join(path, "stranger.pid"), `${stranger.pid ?? 0}\n`);
  const ended = once(server, "exit");
  await sweep({ runId });
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
});

test("other owners clean up too, and one that fails does not stop the rest", async () => {
  const { runId, path } = await createRunDirectory();
  const report = await sweep({
    runId,
    hooks: [() => Promise.resolve(["container abc"]), () => Promise.reject(new Error("engine is down"))],
  });
  expect(report.swept).toEqual([{ runId, removed: ["container abc", `folder ${path}`] }]);
  expect(report.failures).toEqual([`run ${runId}: engine is down`]);
});
