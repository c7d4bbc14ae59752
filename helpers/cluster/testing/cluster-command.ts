import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { within } from "../../base/deadline.ts";
import { hostEnvironment, killGroup } from "../../sandboxes/run-command.ts";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const program = join(project, "helpers/cli/kalium-bench");
const vitest = join(project, "node_modules/vitest/vitest.mjs");

export interface CommandOutcome {
  /** `null` when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandSettings {
  readonly killAfterMs?: number;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs the command: `ip netns exec NAME`. */
  readonly through?: readonly string[];
}

/** `up` asks before it acts, and there is no terminal. */
const consent = (args: readonly string[]): readonly string[] => (args[0] === "up" ? ["--yes"] : []);

/** Runs `kalium-bench cluster ...` as a user does; with `killAfterMs` it is killed with everything that it started. */
export const clusterCommand = (
  kubeconfig: string,
  args: readonly string[],
  settings?: CommandSettings,
): Promise<CommandOutcome> => userCommand(kubeconfig, [program, "cluster", ...args, ...consent(args)], settings);

/** The same for `kalium-bench images ...`. */
export const imagesCommand = (
  kubeconfig: string,
  args: readonly string[],
  settings?: CommandSettings,
): Promise<CommandOutcome> => userCommand(kubeconfig, [program, "images", ...args], settings);

/** The same for `vitest run ...`, in this project. */
export const vitestRun = (
  kubeconfig: string,
  args: readonly string[],
  settings?: CommandSettings,
): Promise<CommandOutcome> => userCommand(kubeconfig, [process.execPath, vitest, "run", ...args], settings);

async function userCommand(
  kubeconfig: string,
  words: readonly string[],
  { killAfterMs, timeoutMs = 300_000, env = {}, through = [] }: CommandSettings = {},
): Promise<CommandOutcome> {
  const [file = "", ...args] = [...through, ...words];
  const child = spawn(file, args, {
    cwd: project,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...hostEnvironment, KUBECONFIG: kubeconfig, NODE_OPTIONS: "", ...env },
    detached: true,
  });
  const over = new AbortController();
  if (killAfterMs !== undefined) {
    sleep(killAfterMs, undefined, { signal: over.signal }).then(
      () => killGroup(child.pid),
      () => undefined,
    );
  }
  try {
    return await within({ what: words.join(" "), timeoutMs }, async () => {
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close") as Promise<[number | null]>,
      ]);
      return { code, stdout, stderr };
    });
  } finally {
    over.abort();
    killGroup(child.pid);
  }
}
