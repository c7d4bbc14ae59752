/** The command `syscalls` against the artifact's procedure in Python, on the same generated log, run by run in turn. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "../../../reports/stats/quantile.ts";
import { KaliumError } from "../../base/errors.ts";
import { type MeasuredProcess, runMeasured } from "./run-measured.ts";
import { writeBootLog } from "./boot-log-file.ts";

export interface BootLogOptions {
  readonly logBytes: number;
  readonly rounds: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export const defaultBootLog: BootLogOptions = { logBytes: 200e6, rounds: 2, seed: 1 };

export interface BootLogReport {
  readonly bytes: number;
  /** Guarded calls in the log. */
  readonly calls: number;
  readonly rounds: number;
  /** Medians over the rounds, of whole processes, start and statistics included. */
  readonly ours: MeasuredProcess;
  /** Absent without Python 3. */
  readonly artifact?: MeasuredProcess;
  /** Artifact's time / ours, in wall time and in processor time. */
  readonly ratio?: { readonly wall: number; readonly cpu: number };
  readonly goals: readonly { readonly what: string; readonly met: boolean | undefined }[];
}

const launcher = fileURLToPath(new URL("../../cli/kalium-bench", import.meta.url));
const procedure = fileURLToPath(new URL("artifact-procedure.py", import.meta.url));
const goalRatio = 10;
const goalPeakBytes = 200e6;
const timeoutMs = 1_800_000;

/** @throws {KaliumError} E_SETUP a program fails, E_WRONG_ANSWER the two do not agree */
export async function measureBootLog(options: BootLogOptions = defaultBootLog): Promise<BootLogReport> {
  const { logBytes, rounds, seed, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), "kalium-boot-log-"));
  try {
    const log = join(folder, "generated.boot");
    const { calls, bytes } = await writeBootLog(log, logBytes, seed);
    const run = (name: string, ...command: readonly [string, ...string[]]) =>
      runMeasured(command, { output: join(folder, name), timeoutMs, ...(signal && { signal }) });
    const python = spawnSync("python3", ["-c", "import sys; assert sys.version_info >= (3, 8)"]).status === 0;
    const ours: MeasuredProcess[] = [];
    const artifact: MeasuredProcess[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await run("ours.json", launcher, "syscalls", log, "--json"));
      if (python) artifact.push(await run("artifact.txt", "python3", procedure, log));
    }
    await checkAnswers(folder, calls, python);
    return summarise({ bytes, calls, rounds }, ours, artifact);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Fast and wrong would be worth nothing. */
async function checkAnswers(folder: string, calls: number, python: boolean): Promise<void> {
  const { write } = JSON.parse(await readFile(join(folder, "ours.json"), "utf8")) as {
    readonly write: { readonly n: number; readonly stages: { readonly controller: { readonly meanNs: number } } };
  };
  if (write.n !== calls) throw new KaliumError("E_WRONG_ANSWER", `${write.n} of ${calls} calls were read`);
  if (!python) return;
  const statistics = (await readFile(join(folder, "artifact.txt"), "utf8")).slice(-2_000);
  const [, mean = "nothing"] = /global_ctr .* Mean: ([\d.]+),/.exec(statistics) ?? [];
  const ours = (write.stages.controller.meanNs / 1e9).toFixed(6);
  if (mean !== ours) throw new KaliumError("E_WRONG_ANSWER", `mean of the controller: ${ours} s, by Python ${mean} s`);
}

function summarise(
  facts: Pick<BootLogReport, "bytes" | "calls" | "rounds">,
  ourRuns: readonly MeasuredProcess[],
  artifactRuns: readonly MeasuredProcess[],
): BootLogReport {
  const middle = (runs: readonly MeasuredProcess[]): MeasuredProcess => ({
    wallMs: median(runs.map(({ wallMs }) => wallMs)),
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
  });
  const ours = middle(ourRuns);
  const artifact = artifactRuns.length === 0 ? undefined : middle(artifactRuns);
  const ratio = artifact && { wall: artifact.wallMs / ours.wallMs, cpu: artifact.cpuMs / ours.cpuMs };
  return {
    ...facts,
    ours,
    ...(artifact && { artifact }),
    ...(ratio && { ratio }),
    goals: [
      { what: `${goalRatio} times as fast as the artifact's procedure`, met: ratio && ratio.wall >= goalRatio },
      { what: `at most ${goalPeakBytes / 1e6} MB of memory`, met: ours.peakBytes <= goalPeakBytes },
    ],
  };
}

/** A table for people; `--json` prints the report itself. */
export function bootLogTable({ bytes, calls, rounds, ours, artifact, ratio, goals }: BootLogReport): string {
  const row = (name: string, { wallMs, cpuMs, peakBytes }: MeasuredProcess): string =>
    name.padEnd(36) +
    [bytes / 1e3 / wallMs, wallMs / 1e3, cpuMs / 1e3, peakBytes / 1e6]
      .map((value) => value.toFixed(value < 100 ? 2 : 0).padStart(10))
      .join("");
  return [
    "boot log".padEnd(36) + ["MB/s", "wall s", "cpu s", "peak MB"].map((title) => title.padStart(10)).join(""),
    row("kalium-bench syscalls --json", ours),
    artifact === undefined
      ? "the artifact's procedure: not measured, there is no python3"
      : row("the artifact's procedure", artifact),
    ...(ratio === undefined
      ? []
      : [`ratio ${ratio.wall.toFixed(1)} in wall time, ${ratio.cpu.toFixed(1)} in processor time`]),
    ...goals.map(({ what, met }) => `goal: ${what}: ${met === undefined ? "not measured" : met ? "met" : "missed"}`),
    "",
    `${(bytes / 1e6).toFixed(0)} MB with ${calls} guarded calls, ${rounds} rounds`,
  ].join("\n");
}
