/** Processes of a run by the part they play. */
import { readdir, readFile } from "node:fs/promises";
import { poll } from "../../base/deadline.ts";
import { processesOf } from "./bench-command.ts";

/** Known by their command lines. */
const commandLines = {
  command: /helpers\/cli\/main\.ts bench/,
  Vitest: /helpers\/cli\/vitest-main\.ts/,
  worker: /vitest\/dist\/workers\/forks/,
  gateway: /helpers\/gateway\/main\.ts/,
  keeper: /mysql\/keeper\.ts/,
  MySQL: /^\S*(mysqld|mariadbd)\b/,
  "name server": /name-server\/main\.ts/,
  "image server": /image-server\/main\.ts/,
  "mail sink": /smtp-sink\/main\.ts/,
  "echo server": /suite\/echo-service\.ts/,
} as const;

/** Of one instance, below the gateway, by what they execute: gVisor's kernel and its server of files. */
const belowGateway = { sentry: /^\S*runsc\S* .* boot /, gofer: /^\S*runsc\S* .* gofer / } as const;

/** `sandbox`: the instance of the measured function, a plain process. */
export type RunPart = keyof typeof commandLines | keyof typeof belowGateway | "sandbox";

const textOf = async (path: string): Promise<string> =>
  (await readFile(path, "utf8").catch(() => "")).replaceAll("\0", " ");

/** @throws {KaliumError} E_TIMEOUT when the run of `root` has no such process */
export async function pidOf(part: RunPart, root: string): Promise<number> {
  const deadline = { what: `the process of the ${part}`, timeoutMs: 120_000, intervalMs: 20 };
  return poll(deadline, async () => {
    if (part === "sandbox") return instanceLike(root, async (pid) => hasDatabase(await textOf(`/proc/${pid}/environ`)));
    if (part === "sentry" || part === "gofer")
      return instanceLike(root, async (pid) => belowGateway[part].test(await textOf(`/proc/${pid}/cmdline`)));
    return processLike(commandLines[part], root);
  });
}

async function processLike(pattern: RegExp, root: string): Promise<number | undefined> {
  for (const pid of await processesOf(root)) if (pattern.test(await textOf(`/proc/${pid}/cmdline`))) return pid;
  return undefined;
}

/** The measured function has a database; the empty one, for the floors, has none. */
const hasDatabase = (environment: string): boolean => / DBNAME=/.test(` ${environment}`);

async function instanceLike(root: string, matches: (pid: number) => Promise<boolean>): Promise<number | undefined> {
  const gateway = await processLike(commandLines.gateway, root);
  if (gateway === undefined) return undefined;
  for (const pid of await below(gateway)) if (await matches(pid)) return pid;
  return undefined;
}

/** The process and all that come of it, parents first. */
async function below(pid: number): Promise<readonly number[]> {
  const found = [pid];
  for (const each of found) {
    for (const task of await readdir(`/proc/${each}/task`).catch(() => [])) {
      found.push(...(await textOf(`/proc/${each}/task/${task}/children`)).split(" ").filter(Boolean).map(Number));
    }
  }
  return found;
}

/** Every process of the run, its sandboxes included. */
export async function allOf(root: string): Promise<readonly number[]> {
  const own = await processesOf(root);
  const gateway = await processLike(commandLines.gateway, root);
  return [...new Set([...own, ...(gateway === undefined ? [] : await below(gateway))])];
}
