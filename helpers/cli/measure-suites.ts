import { exitCodes } from "../base/exit-code.ts";
import type { Config } from "../config/config.ts";
import { refuseUnwritable } from "../config/needs-writing.ts";
import { literally } from "../testbed/run/vitest-options.ts";
import { interruption } from "./on-interrupt.ts";
import { prepareMachine } from "./prepare-machine.ts";
import { runVitest } from "./run-vitest.ts";
import { sayNothingMeasured } from "./say-nothing-measured.ts";
import { voidExitCode } from "./void-exit-code.ts";

export interface SuitesRun {
  readonly config: Config;
  /** Of Vitest's process. */
  readonly env: NodeJS.ProcessEnv;
  /** The functions are in images of others, so programs that unpack them are needed. */
  readonly foreignImages?: boolean;
  /** Says how long it takes, once nothing is in the way. */
  readonly announce?: () => void;
}

/**
 * What commands that measure do after they have read their options: prepares this machine, runs Vitest, and resolves to
 * the exit code, 4 where something is void.
 * @throws {KaliumError} E_CONFIG for folders that cannot be written, E_SETUP
 */
export async function measureSuites(
  vitestArguments: readonly string[],
  { config, env, foreignImages = false, announce }: SuitesRun,
): Promise<number> {
  refuseUnwritable(config);
  announce?.();
  const where = { root: config.resultsDirectory, sinceMs: Date.now() };
  if (config.setup === "auto" && config.platform === "local") {
    await prepareMachine({ ...config, foreignImages }).catch(async (error: unknown) => {
      if (error === interruption) await sayNothingMeasured(exitCodes.interrupted, where);
      throw error;
    });
  }
  const code = await runVitest(vitestArguments, { env });
  await sayNothingMeasured(code, where);
  return voidExitCode(code, where);
}

/** Vitest's arguments for a suite whose tests are functions, each below its flow. @param labels empty: all */
export function suiteArguments(suite: "load" | "density" | "why", labels: readonly string[]): readonly string[] {
  const words = [`suites/${suite}`, "--project", suite];
  return labels.length === 0 ? words : [...words, "-t", ` > (${labels.map(literally).join("|")})\\*?$`];
}
