import { createHash } from "node:crypto";
import { join } from "node:path";

/**
 * Name of a pod as Kubernetes makes it, `<function>-<hash>-<suffix>`: the artifact drops the last two parts and has the
 * function's name, by which `ctr` finds its policy.
 */
export function podName(functionName: string): string {
  const digest = createHash("sha256").update(functionName).digest("hex");
  return `${functionName}-${digest.slice(0, 10)}-${digest.slice(10, 15)}`;
}

/** runsc's own logs of a sandbox; they outlive it, and the next block clears them. */
export const bootLogFolder = (runDirectory: string, sandboxId?: string): string =>
  join(runDirectory, "boot-logs", sandboxId ?? "");
