import { callsMeasured, type Command, startCommand } from "../../maintenance/evidence/bench-command.ts";

export interface Suite {
  readonly command: Command;
  /** Resolves in the middle of the first block's measured calls. @throws {Error} it ended before, with what it printed */
  readonly measuring: () => Promise<void>;
}

const warmup = 2;
const systems = 2;
/** Rounds of the first block that `measuring` waits for. */
const begun = 5;

export interface SuiteChoice {
  /** Its results are below it. */
  readonly root: string;
  readonly kubeconfig: string;
  /** Of the measured function. */
  readonly label: string;
  /** Settings that replace the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The real suite on a prepared cluster as a user starts it: one function, 2 systems, 2 blocks of 12 s and more. */
export function startSuite({ root, kubeconfig, label, env = {} }: SuiteChoice): Suite {
  const settings = {
    ...{ KALIUM_PLATFORM: "kubernetes", KALIUM_KUBECONFIG: kubeconfig, KALIUM_SYSTEMS: "gvisor,runc" },
    ...{ KALIUM_BLOCKS: "2", KALIUM_ROUNDS: "40", KALIUM_WARMUP: String(warmup), KALIUM_PAUSE_MS: "300" },
    ...env,
  };
  const suite = ["npx", "vitest", "run", "suites/kalium", "-t", label] as const;
  const command = startCommand(root, suite, { env: settings, timeoutMs: 900_000 });
  const measuring = (): Promise<void> =>
    command.until("a measured block", async () => (await callsMeasured(root)) >= systems * (warmup + begun));
  return { command, measuring };
}
