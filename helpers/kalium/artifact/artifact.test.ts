import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { poll } from "../../base/deadline.ts";
import { registrationProblem } from "./boot-log.ts";
import { programOf } from "./build-folder.ts";
import { podName } from "./pod.ts";
import { proxyProblem } from "./proxy-life.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kalium-artifact-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** As the artifact's runsc and seclambda do it (KALIUM's rule: the last two parts go). */
const functionOf = (hostName: string): string => hostName.split("-").slice(0, -2).join("-");

test.each(["message", "product-photos-1-assign"])("the artifact reads %s from the name of its pod", (name) => {
  expect(functionOf(podName(name))).toBe(name);
});

test("a build is found by its bin folder and by the folder above it", async () => {
  const bin = join(folder, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "ctr"), "", { mode: 0o755 });
  expect(await programOf(folder, "ctr")).toBe(join(bin, "ctr"));
  expect(await programOf(bin, "ctr")).toBe(join(bin, "ctr"));
  await expect(programOf(bin, "runsc_stock")).rejects.toThrow(`${bin} has no executable runsc_stock`);
  await expect(programOf(undefined, "ctr")).rejects.toThrow("KALIUM_BUILD");
});

test.each([
  ["a reply came", "] [SendHostnameGuard] Waiting for reply\nI ] [SendHostnameGuard] Received reply\n", undefined],
  ["it waits still", "] [SendHostnameGuard] Waiting for reply\n", "never registered it"],
  [
    "the proxy was gone",
    "] [SendHostnameGuard] Error receiving reply from seclambda proxy\n",
    "could not register it: Error receiving reply from seclambda proxy",
  ],
])("registration of a function: %s", async (_case, text, expected) => {
  const file = join(folder, "x.boot");
  await writeFile(file, `I1123 20:48:10.599271   17875 log.go:265${text}`);
  expect(await registrationProblem(file)).toBe(expected);
});

test("a seclambda that has ended is seen although its parent has not asked for its status", async () => {
  const state = join(folder, "zombie");
  await mkdir(state);
  // The shell becomes sleep, which never asks how the child that it did not start has ended.
  const parent = spawn("/bin/sh", ["-c", "sleep 600 & echo $!; exec sleep 601"]);
  onTestFinished(() => {
    parent.kill("SIGKILL");
  });
  const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
  await poll(
    { what: "the shell to become sleep", timeoutMs: 30_000, intervalMs: 10 },
    async () => (await readFile(`/proc/${parent.pid}/cmdline`, "utf8")).startsWith("sleep") || undefined,
  );
  process.kill(Number(line), "SIGTERM");
  await writeFile(join(state, "kb-1.state"), `{"id":"kb-1","seclambdaPid":${line}}`);
  const problem = await poll({ what: "the child to end", timeoutMs: 30_000, intervalMs: 10 }, () =>
    proxyProblem(state),
  );
  expect(problem).toBe(`lost its seclambda, which was ended by signal 15 (process ${line}), and decides nothing`);
});

test("a pod whose seclambda is gone is recognised by runsc's record of it", async () => {
  const state = join(folder, "state");
  await mkdir(state);
  const record = join(state, "kb-1_sandbox:kb-1.state");
  expect(await proxyProblem(join(folder, "no such state"))).toBeUndefined();
  await writeFile(record, '{"id":"kb-1","status":"running"}');
  expect(await proxyProblem(state)).toBeUndefined();
  await writeFile(record, `{"id":"kb-1","seclambdaPid":${process.pid}}`);
  expect(await proxyProblem(state)).toBeUndefined();
  const ended = spawnSync("true");
  await writeFile(record, `{"id":"kb-1","seclambdaPid":${ended.pid}}`);
  expect(await proxyProblem(state)).toBe(
    `lost its seclambda, which is gone (process ${ended.pid}), and decides nothing`,
  );
});
