/** Commands of the project as a user types them, each in a process group of its own and in own folders. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { poll, within } from "../../base/deadline.ts";
import { findProgram } from "../../services/mysql/local-server.ts";

const project = fileURLToPath(new URL("../../../", import.meta.url));

/** What `npm run` starts. */
export const launcher = join(project, "helpers/cli/kalium-bench");

/** By default native only: four functions, 2 blocks of 3 + 10 calls each. */
export const callsOfBench = 4 * 2 * (3 + 10);
const settings = {
  KALIUM_SYSTEMS: "native",
  KALIUM_BLOCKS: "2",
  KALIUM_ROUNDS: "10",
  KALIUM_WARMUP: "3",
  KALIUM_MYSQL_SOURCE: "local",
  KALIUM_SETUP: "never",
};

/** Why this machine cannot run them; absent when it can. */
export async function whyNoBench(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "needs root, for a private network";
  if ((await findProgram("mysqld", "mariadbd")) === undefined) return "needs mysqld or mariadbd: npm run setup";
  return undefined;
}

export interface Ended {
  /** As a shell says it: 128 + number for a signal. */
  readonly code: number;
  readonly output: string;
}

export interface Command {
  readonly output: () => string;
  /** Resolves when `probe` says yes. @throws {Error} the command ended before, with what it printed */
  readonly until: (what: string, probe: () => Promise<boolean>) => Promise<void>;
  /** To every process of the group, as a terminal and `timeout` do, or to the command alone. */
  readonly signal: (name: NodeJS.Signals, to?: "group" | "command") => void;
  /** @throws {KaliumError} E_TIMEOUT, after 15 minutes where nothing else was said; the group is killed then */
  readonly ended: Promise<Ended>;
}

export interface BenchOptions {
  /** Settings that replace the default ones. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** @param root where its results and pictures go; its name marks every process that comes of it */
export function startCommand(
  root: string,
  [program, ...args]: readonly [string, ...string[]],
  { env = {}, timeoutMs = 900_000 }: BenchOptions = {},
): Command {
  const { PATH, HOME } = process.env;
  const folders = { KALIUM_RESULTS: join(root, "results"), KALIUM_OUT: join(root, "out") };
  const child = spawn(program, args, {
    cwd: project,
    detached: true,
    env: { PATH, HOME, TMPDIR: tmpdir(), NO_COLOR: "1", ...settings, ...folders, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const signal: Command["signal"] = (name, to = "group") => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(to === "group" ? -child.pid : child.pid, name);
  };
  onTestFinished(() => signal("SIGKILL"));
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const ended = within({ what: `${program} ${args.join(" ")}`, timeoutMs }, () => closed)
    .finally(() => signal("SIGKILL"))
    .then(([code, name]) => ({ code: code ?? 128 + constants.signals[name ?? "SIGKILL"], output }));
  const until: Command["until"] = async (what, probe) => {
    await poll({ what, timeoutMs, intervalMs: 10 }, async () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended before ${what}: ${output}`);
      return (await probe()) ? true : undefined;
    });
  };
  return { output: () => output, until, signal, ended };
}

/** Calls that the run below `root` has in its journals. */
export const callsMeasured = (root: string): Promise<number> => countInJournals(root, '"kind":"sample"');

/** Of them, those with the right answer. */
export const rightAnswers = (root: string): Promise<number> => countInJournals(root, '"outcome":"ok"');

async function countInJournals(root: string, words: string): Promise<number> {
  const names = await readdir(join(root, "results"), { recursive: true }).catch(() => []);
  const journals = names.filter((name) => name.endsWith(".jsonl")).map((name) => join(root, "results", name));
  const texts = await Promise.all(journals.map((path) => readFile(path, "utf8")));
  return texts.reduce((sum, text) => sum + text.split(words).length - 1, 0);
}

/** Living processes that the commands of `root` have started; not its sandboxes, which have an environment of their own. */
export async function processesOf(root: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")));
  return pids.filter((_, index) => environments[index]?.includes(`KALIUM_RESULTS=${root}/`)).map(Number);
}
