/** The pods of a run, found in its folder. */
import { readFile, readdir, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { runscFiles } from "../build-folder.ts";
import { bootLogFolder } from "../pod.ts";

/** One that runs. */
export interface Pod {
  /** Of the sandbox, `<run>/sandboxes/<id>`. */
  readonly directory: string;
  /** File name of its runsc. */
  readonly program: string;
  /** Of its sandbox. */
  readonly pid: number;
  /** Empty where it has none. */
  readonly hostName: string;
  readonly guarded: boolean;
  readonly bootLog: string;
  /** Last number of its address. */
  readonly host: number;
  readonly cgroupsPath: string | undefined;
}

interface Bundle {
  readonly process: { readonly env: readonly string[] };
  readonly linux: {
    readonly cgroupsPath?: string;
    readonly namespaces: readonly { readonly type: string; readonly path?: string }[];
  };
}

const guardedPrograms = [runscFiles.kalium, runscFiles["kalium-microbench"]];

/** `undefined`: not yet there, or gone. */
export async function findPod(runDirectory: string, id: string): Promise<Pod | undefined> {
  const directory = join(runDirectory, "sandboxes", id);
  const bundleFile = join(directory, "pause", "config.json");
  const pid = Number(await readFile(join(directory, "pause", "init-pid"), "utf8").catch(() => NaN));
  const program = basename(await readlink(`/proc/${pid}/exe`).catch(() => ""));
  const name = (await readdir(bootLogFolder(runDirectory, id)).catch(() => [])).find((file) => file.includes(".boot"));
  const text = await readFile(bundleFile, "utf8").catch(() => undefined);
  if (program === "" || name === undefined || text === undefined) return undefined;
  const { process, linux } = JSON.parse(text) as Bundle;
  const netns = linux.namespaces.find(({ type }) => type === "network")?.path;
  return {
    directory,
    program,
    pid,
    hostName: process.env.find((each) => each.startsWith("HOSTNAME="))?.slice("HOSTNAME=".length) ?? "",
    guarded: guardedPrograms.includes(program),
    bootLog: join(bootLogFolder(runDirectory, id), name),
    host: Number(netns?.slice(netns.lastIndexOf("-") + 1)),
    cgroupsPath: linux.cgroupsPath,
  };
}
