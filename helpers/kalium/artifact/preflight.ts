import { access, constants, readlink } from "node:fs/promises";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { runCommand } from "../../sandboxes/run-command.ts";

/** What is compiled into the artifact's programs. */
export interface CompiledPaths {
  /** Started by runsc for every sandbox. */
  readonly seclambda: string;
  /** Without it seclambda ends at once. */
  readonly seclambdaLogs: string;
  /** The network namespace that runsc starts seclambda in. */
  readonly network: string;
  /** Of ctr, on this machine. */
  readonly controllerPort: number;
}

/** Compiled into ctr and seclambda. */
export const ctrPort = 5000;

export const compiledPaths: CompiledPaths = {
  seclambda: "/usr/local/bin/seclambda",
  seclambdaLogs: "/mydata/seclambda_log",
  network: "/proc/1/ns/net",
  controllerPort: ctrPort,
};

/** Gives the run a process 1 of its own, whose namespaces it may look at. */
export const ownProcessNamespace = "unshare --pid --fork --kill-child --mount-proc";

/**
 * Checks what the artifact's guarded builds expect of the machine, before anything is started. Nothing is copied or made:
 * all of it is outside of the run.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE that says what is missing, and what to do
 */
export async function checkMachine(paths: CompiledPaths): Promise<void> {
  await usable(paths.seclambda, constants.X_OK, `Run cp build/bin/seclambda ${paths.seclambda}`);
  await usable(paths.seclambdaLogs, constants.W_OK, `Run mkdir -p ${paths.seclambdaLogs}`);
  await mayJoinNetwork(paths.network);
}

async function usable(path: string, mode: number, command: string): Promise<void> {
  await access(path, mode).catch((cause: unknown) => {
    throw unavailable(
      `the artifact's runsc needs its compiled-in path ${path}, which is not usable`,
      `${command}; then look at docs/artifact-binaries.md for the controller's host name`,
      cause,
    );
  });
}

/** Some virtual machines and containers refuse even root a look at process 1. */
async function mayJoinNetwork(path: string): Promise<void> {
  await readlink(path).catch((cause: unknown) => {
    throw unavailable(
      `the artifact's runsc starts seclambda in the network namespace of process 1, and ${path} cannot be read: ${messageOf(cause)}`,
      `Run the same command in a PID namespace of its own: ${ownProcessNamespace} npm run bench`,
      cause,
    );
  });
}

/**
 * Says that this user may not do what runsc does when a container starts: give seclambda an `oom_score_adj` of -1000. Told
 * where a trial has failed, not before: a build may do without.
 */
export async function shieldProblem(): Promise<string | undefined> {
  const shield = ["/bin/sh", "-c", "echo -1000 > /proc/self/oom_score_adj"] as const;
  const { code } = await runCommand(shield, { timeoutMs: 10_000 });
  if (code === 0) return undefined;
  return "the artifact's runsc sets seclambda's oom_score_adj to -1000, which needs CAP_SYS_RESOURCE; this user lacks it (in a container: --cap-add SYS_RESOURCE)";
}

const unavailable = (reason: string, hint: string, cause: unknown): KaliumError =>
  new KaliumError("E_RUNTIME_UNAVAILABLE", reason, { hint, cause });
