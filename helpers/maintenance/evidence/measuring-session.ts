/** One start of the measuring process of a scripted run, killed at a given point or left to its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Sample } from "../../../reports/records/record.ts";
import { readRun } from "../../../reports/records/store.ts";
import { within } from "../../base/deadline.ts";

/** The measured function of every scripted run. */
export const scriptedLabel = "scripted";

const program = fileURLToPath(new URL("measuring-process.ts", import.meta.url));

/** The settings of every scripted run: 2 systems x 3 blocks x (2 warm-up + 6 measured rounds) = 48 calls. */
const settings = {
  KALIUM_SYSTEMS: "native,native-aa",
  KALIUM_BLOCKS: "3",
  KALIUM_ROUNDS: "6",
  KALIUM_WARMUP: "2",
  KALIUM_SEED: "7",
};

export interface KillPoint {
  /** Calls of this session that are waited for, from 0. */
  readonly calls: number;
  /** Then this long, ms: into the calls, the writing and the end of a block that follow. */
  readonly delayMs: number;
}

export interface MeasuringSession {
  /** Results folder of the run. */
  readonly folder: string;
  /** Every sample that the process has said to be in the journal. */
  readonly acknowledged: readonly Sample[];
  readonly killed: boolean;
}

/**
 * Starts a run in an empty folder, or resumes the one that is there, as `npm run resume` does. Answers at once for one
 * that is complete.
 * @param root folder of the run's results folder
 * @throws {Error} the process failed by itself, with what it said
 */
export async function measureScripted(root: string, kill?: KillPoint): Promise<MeasuringSession> {
  const [begun] = await readdir(root);
  const begunFolder = begun === undefined ? undefined : join(root, begun);
  if (begunFolder !== undefined && (await readRun(begunFolder)).outcome === "passed") {
    return { folder: begunFolder, acknowledged: [], killed: false };
  }
  const child = spawn(process.execPath, [program], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      NODE_COMPILE_CACHE: join(root, "..", "compiled"),
      KALIUM_RESULTS: root,
      ...settings,
      ...(begunFolder !== undefined && { KALIUM_RESUME: begunFolder }),
    },
  });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  let failure = "";
  child.stderr.on("data", (chunk: Buffer) => (failure += chunk.toString()));
  let folder = "";
  const acknowledged: Sample[] = [];
  const strike = async (): Promise<void> => {
    await sleep(kill?.delayMs);
    child.kill("SIGKILL");
  };
  createInterface(child.stdout).on("line", (line) => {
    const said = JSON.parse(line) as { readonly folder: string } | { readonly sample: Sample };
    if ("folder" in said) folder = said.folder;
    else acknowledged.push(said.sample);
    if (acknowledged.length === kill?.calls) void strike();
  });
  const deadline = { what: "the end of a scripted run", timeoutMs: 600_000 }; // for one that hangs
  const [code, signal] = await within(deadline, () => closed).finally(() => child.kill("SIGKILL"));
  const killed = signal === "SIGKILL";
  if (!killed && code !== 0) throw new Error(`the measuring process ended with ${code}: ${failure}`);
  return { folder, acknowledged, killed };
}
