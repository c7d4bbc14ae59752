import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { sweepLocalMysql } from "./sweep.ts";

async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "kb-sweep-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A process whose arguments are those of a server on `directory`. */
async function startOn(directory: string): Promise<ChildProcess> {
  const script = "console.log('up'); setInterval(() => {}, 1000)";
  const child = spawn(process.execPath, ["-e", script, "--", `--datadir=${directory}/data`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

const leave = async (directory: string, child: ChildProcess): Promise<void> => {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "pid"), String(child.pid));
};

test("a server that a killed run left is ended and its files are removed", async () => {
  const run = await newFolder();
  const server = await startOn(join(run, "mysql"));
  await leave(join(run, "mysql"), server);
  const exited = once(server, "exit");
  await expect(sweepLocalMysql(run)).resolves.toBe(true);
  await expect(exited).resolves.toEqual([null, "SIGKILL"]);
  expect(await readdir(run)).toEqual([]);
});

test("a server in another place is found through its link", async () => {
  const [run, elsewhere] = [await newFolder(), await newFolder()];
  const server = await startOn(elsewhere);
  await leave(elsewhere, server);
  await symlink(elsewhere, join(run, "mysql"));
  const exited = once(server, "exit");
  await sweepLocalMysql(run);
  await exited;
  expect(await readdir(run)).toEqual([]);
  await expect(readdir(elsewhere)).rejects.toThrow(/ENOENT/);
});

test("a process that only has the same pid is left alone", async () => {
  const run = await newFolder();
  const stranger = await startOn(join(run, "mysql-of-another"));
  await leave(join(run, "mysql"), stranger);
  await sweepLocalMysql(run);
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
  expect(process.kill(stranger.pid ?? 0, 0)).toBe(true);
});

test("a run without a private server has nothing to sweep", async () => {
  await expect(sweepLocalMysql(await newFolder())).resolves.toBe(false);
});
