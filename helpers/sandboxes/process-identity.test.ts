/** docs/artifact-binaries.md has people run the benchmark in a PID namespace of its own, beside others that are not. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { poll } from "../base/deadline.ts";
import { lives, ownIdentity } from "./process-identity.ts";
import { createRunDirectory, livingOwner, runDirectoryOf } from "./run-directory.ts";
import { runCommand } from "./run-command.ts";
import { ownedFolder, sweepFolders } from "./sweep-folders.ts";

const unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"] as const;
const { code } = await runCommand([...unshare, "true"], { timeoutMs: 10_000 }).catch(() => ({ code: 1 }));
const why = code === 0 ? "" : " (skipped: needs the right to make a PID namespace)";
const moduleOf = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

/** A program of ours, in a PID namespace of its own. */
const inside = (program: string) =>
  [
    ...unshare,
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    "--input-type=module",
    "-e",
    program,
  ] as const;

test("we live, and what has our id, another start or another namespace does not", async () => {
  const own = await ownIdentity();
  expect(own.pid).toBe(process.pid);
  expect(await lives(own)).toBe(true);
  expect(await lives({ pid: own.pid })).toBe(true);
  expect(await lives({ ...own, startTicks: 1 })).toBe(false);
  expect(await lives({ pid: 4_194_999 })).toBe(false);
});

test.skipIf(code !== 0)(`a run in a PID namespace of its own belongs to somebody until it ends${why}`, async () => {
  const program = `
    import { createRunDirectory } from ${moduleOf("run-directory.ts")};
    console.log((await createRunDirectory()).runId, process.pid);
    setInterval(() => undefined, 1e6);`;
  const [file, ...args] = inside(program);
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const [runId = "", pid] = line.split(" ");
  onTestFinished(() => rm(runDirectoryOf(runId), { recursive: true }));
  expect(Number(pid)).toBeLessThan(10);
  expect(await livingOwner(runId)).toBe(Number(pid));
  child.kill("SIGKILL");
  const deadline = { what: "the owner's death", timeoutMs: 60_000, intervalMs: 20 };
  await poll(deadline, async () => ((await livingOwner(runId)) === undefined ? true : undefined));
});

test.skipIf(code !== 0)(
  `runs around a PID namespace are left alone in it, and so are their folders${why}`,
  async () => {
    const { runId, path } = await createRunDirectory();
    const folder = `${await ownedFolder("smoke")}abcdef`;
    const parent = join(tmpdir(), `sweep-${runId}`);
    await mkdir(join(parent, basename(folder)), { recursive: true });
    for (const each of [path, parent]) onTestFinished(() => rm(each, { recursive: true }));
    const program = `
    import { livingOwner } from ${moduleOf("run-directory.ts")};
    import { sweepFolders } from ${moduleOf("sweep-folders.ts")};
    console.log(await livingOwner("${runId}"), (await sweepFolders("${parent}")).length);`;
    const { stdout } = await runCommand(inside(program), { timeoutMs: 60_000 });
    expect(stdout.trim()).toBe(`${process.pid} 0`);
    expect(await sweepFolders(parent)).toEqual([]);
  },
);
