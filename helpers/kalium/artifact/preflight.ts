import { access, constants } from "node:fs/promises";
import { KaliumError } from "../../errors.ts";

/** Paths that are compiled into the artifact's programs. */
export interface CompiledPaths {
  /** Started by runsc for every sandbox. */
  readonly seclambda: string;
  /** Without it seclambda ends at once. */
  readonly seclambdaLogs: string;
}

export const compiledPaths: CompiledPaths = {
  seclambda: "/usr/local/bin/seclambda",
  seclambdaLogs: "/mydata/seclambda_log",
};

/**
 * Checks what the artifact's guarded builds expect of the machine. Nothing is copied or made: these paths are outside
 * of the run.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE that says what to put where
 */
export async function checkCompiledPaths(paths: CompiledPaths): Promise<void> {
  await usable(paths.seclambda, constants.X_OK, `cp build/bin/seclambda ${paths.seclambda}`);
  await usable(paths.seclambdaLogs, constants.W_OK, `mkdir -p ${paths.seclambdaLogs}`);
}

async function usable(path: string, mode: number, command: string): Promise<void> {
  await access(path, mode).catch((error: unknown) => {
    throw new KaliumError(
      "E_RUNTIME_UNAVAILABLE",
      `the artifact's runsc needs ${path}, a path that is compiled in, and it is not usable`,
      { hint: `${command}; then look at docs/artifact-binaries.md for the controller's host name`, cause: error },
    );
  });
}
