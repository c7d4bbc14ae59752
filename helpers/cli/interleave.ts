import { resolve } from "node:path";
import type { Results } from "../../reports/records/store.ts";
import { type Config, loadConfig } from "../config/config.ts";
import { refuseUnwritable } from "../config/needs-writing.ts";
import { unusable } from "../config/read-variables.ts";
import { controlOf } from "../config/systems.ts";
import { describePlan } from "../testbed/run/describe-plan.ts";
import { benchArguments, benchLabels } from "./bench-selection.ts";
import { namedByOption } from "./by-option.ts";
import { expectedBench, sayDuration } from "./expected-duration.ts";
import { prepareMachine } from "./prepare-machine.ts";
import { resultsSince } from "./results-since.ts";
import { runVitest } from "./run-vitest.ts";
import { sayNothingMeasured } from "./say-nothing-measured.ts";
import { voidExitCode } from "./void-exit-code.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface InterleavedRun {
  /** Runs the second binary; the baseline runs the first. */
  readonly system: string;
  /** Absent when the run came to no result. */
  readonly results: Results | undefined;
  /** Vitest's, or 4 for void data. */
  readonly exitCode: number;
}

const secondBinaries: Readonly<Record<string, string>> = { gvisor: "KALIUM_RUNSC_REF", runc: "KALIUM_RUNC_REF" };

/** What is different in B: the binary, its flags, or both. */
export interface SecondBuild {
  readonly binary?: string;
  readonly flags?: string;
}

/**
 * The environment of a run that compares the baseline's runtime with a second binary of it, or with other flags.
 * @throws {KaliumError} E_CONFIG when the settings contradict that
 */
export function interleavedEnvironment(
  { binary, flags }: SecondBuild,
  env: Environment,
): { readonly system: string; readonly env: Environment; readonly config: Config } {
  if (env["KALIUM_SYSTEMS"]?.trim()) {
    throw unusable(["KALIUM_SYSTEMS is set, and --interleave chooses the systems itself"]);
  }
  const baseline = env["KALIUM_BASELINE"]?.trim() || "gvisor";
  const variable = secondBinaries[baseline];
  if (variable === undefined) {
    throw unusable([`KALIUM_BASELINE is "${baseline}", and --interleave compares binaries of gvisor or runc`]);
  }
  const system = `${baseline}-ref`;
  if (flags !== undefined && baseline !== "gvisor") {
    throw unusable([`--flags is set, but it is for runsc, and KALIUM_BASELINE is "${baseline}"`]);
  }
  const systems = [baseline, controlOf(baseline), system].join(",");
  const complete = {
    ...env,
    KALIUM_SYSTEMS: systems,
    KALIUM_BASELINE: baseline,
    ...(binary !== undefined && { [variable]: resolve(binary) }),
    ...(flags !== undefined && { KALIUM_RUNSC_REF_FLAGS: flags }),
  };
  const options = {
    ...(binary !== undefined && { interleave: variable }),
    ...(flags !== undefined && { flags: "KALIUM_RUNSC_REF_FLAGS" }),
  };
  return { system, env: complete, config: namedByOption(options, () => loadConfig(complete)) };
}

/**
 * Measures the baseline, the baseline again, and the second build in the same rounds. Vitest's output goes to standard
 * error, so that the comparison stands alone on standard output.
 */
export async function measureInterleaved(second: SecondBuild, words: readonly string[]): Promise<InterleavedRun> {
  const vitestArguments = benchArguments(words);
  const { system, env, config } = interleavedEnvironment(second, process.env);
  refuseUnwritable(config);
  const labels = benchLabels(words);
  if (labels.length > 0) {
    const { expectedMs: ms } = await describePlan(config, labels);
    sayDuration("compare", expectedBench(config, { ms, functions: labels.length }), "; name functions to measure less");
  }
  if (config.setup === "auto") await prepareMachine(config);
  const where = { root: config.resultsDirectory, sinceMs: Date.now() };
  const code = await runVitest(vitestArguments, { env, stdout: "stderr" });
  await sayNothingMeasured(code, where);
  return { system, results: await resultsSince(where), exitCode: await voidExitCode(code, where) };
}
