import type { Readable } from "node:stream";
import { KaliumError } from "../../base/errors.ts";

/** Runs shell scripts as root on a node, outside all containers. */
export interface NodeShell {
  /** Name of the node, for messages. */
  readonly node: string;
  /** Runs a POSIX script with `$1`, `$2`, ...; any exit code is an answer. @throws {KaliumError} E_CLUSTER, E_TIMEOUT */
  run(script: string, call?: ScriptCall): Promise<ScriptResult>;
}

export interface ScriptCall {
  readonly args?: readonly string[];
  /** The script must know its length: its end may never be seen. */
  readonly input?: Readable | Buffer | string;
  /** 30 s by default. */
  readonly timeoutMs?: number;
}

export interface ScriptResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const scriptTimeoutMs = 30_000;

/** Runs a script that has to succeed, and answers what it printed. @throws {KaliumError} E_CLUSTER with its last words */
export async function runOn(shell: NodeShell, what: string, script: string, call: ScriptCall = {}): Promise<string> {
  const { code, stdout, stderr } = await shell.run(script, call);
  if (code === 0) return stdout;
  const words = stderr.trim().split("\n").slice(-5).join("\n") || `exit code ${code}`;
  throw new KaliumError("E_CLUSTER", `node ${shell.node}: cannot ${what}: ${words}`, { details: { code } });
}
