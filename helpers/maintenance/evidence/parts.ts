/** Processes of a run by the part they play. */
import { readdir, readFile } from "node:fs/promises";
import { poll } from "../../base/deadline.ts";
import { processesOf } from "./bench-command.ts";

export type RunPart = "sandbox" | "gateway" | "MySQL" | "keeper" | "image server" | "worker" | "Vitest";

const commandLines: Readonly<Record<Exclude<RunPart, "sandbox">, RegExp>> = {
  gateway: /helpers\/gateway\/main\.ts/,
  MySQL: /^\S*(mysqld|mariadbd)\b/,
  keeper: /mysql\/keeper\.ts/,
  "image server": /image-server\/main\.ts/,
  worker: /vitest\/dist\/workers\/forks/,
  Vitest: /helpers\/cli\/vitest-main\.ts/,
};

const textOf = async (path: string): Promise<string> =>
  (await readFile(path, "utf8").catch(() => "")).replaceAll("\0", " ");

/** @throws {KaliumError} E_TIMEOUT when the run of `root` has no such process */
export async function pidOf(part: RunPart, root: string): Promise<number> {
  const deadline = { what: `the process of the ${part}`, timeoutMs: 120_000, intervalMs: 20 };
  return poll(deadline, async () => (part === "sandbox" ? sandboxOf(root) : processLike(commandLines[part], root)));
}

async function processLike(pattern: RegExp, root: string): Promise<number | undefined> {
  for (const pid of await processesOf(root)) if (pattern.test(await textOf(`/proc/${pid}/cmdline`))) return pid;
  return undefined;
}

/** The instance of the measured function: below the gateway, and the one that has a database. */
async function sandboxOf(root: string): Promise<number | undefined> {
  const gateway = await processLike(commandLines.gateway, root);
  if (gateway === undefined) return undefined;
  const below = [gateway];
  let last: number | undefined;
  for (const pid of below) {
    if (/ DBNAME=/.test(` ${await textOf(`/proc/${pid}/environ`)}`)) last ??= pid;
    for (const task of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      below.push(...(await textOf(`/proc/${pid}/task/${task}/children`)).split(" ").filter(Boolean).map(Number));
    }
  }
  return last;
}
