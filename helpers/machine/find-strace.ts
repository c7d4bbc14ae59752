import { KaliumError } from "../base/errors.ts";
import { onPath } from "../runtimes/binary.ts";
import { runCommand } from "../sandboxes/run-command.ts";

export interface Strace {
  readonly path: string;
  /** First line of its own version output. */
  readonly version: string;
}

/** @throws {KaliumError} E_SETUP names the package */
export async function findStrace(find: typeof onPath = onPath): Promise<Strace> {
  const path = await find("strace");
  if (path === undefined) {
    throw new KaliumError("E_SETUP", "strace is not installed, and it counts the system calls of a function", {
      hint: "Install the package strace: apt-get install strace",
    });
  }
  const { stdout } = await runCommand([path, "--version"], { timeoutMs: 60_000 });
  return { path, version: stdout.split("\n")[0] ?? "strace" };
}
