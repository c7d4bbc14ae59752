import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { within } from "../../deadline.ts";
import { killGroup } from "../../sandboxes/run-command.ts";

const program = fileURLToPath(new URL("../../cli/kalium-bench", import.meta.url));

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
}

/** Runs `kalium-bench cluster ...` as a user does; with `killAfterMs` it is killed with everything that it started. */
export async function clusterCommand(
  kubeconfig: string,
  args: readonly string[],
  { killAfterMs, timeoutMs = 300_000, env = {} }: CommandSettings = {},
): Promise<CommandOutcome> {
  const child = spawn(program, ["cluster", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, KUBECONFIG: kubeconfig, NODE_OPTIONS: "", ...env },
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
    return await within({ what: `cluster ${args.join(" ")}`, timeoutMs }, async () => {
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
