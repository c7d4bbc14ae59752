import { execa } from "execa";

/** A look at the machine is never worth a longer wait: a binary that hangs counts as one that does not work. */
const probeTimeoutMs = 30_000;

/** What a program prints, on both streams, or `undefined` when it fails, hangs or is not there. */
export async function outputOf(program: string, ...parameters: readonly string[]): Promise<string | undefined> {
  const { failed, all } = await execa(program, parameters, {
    all: true,
    reject: false,
    stdin: "ignore",
    timeout: probeTimeoutMs,
    killSignal: "SIGKILL",
    env: { LC_ALL: "C" },
  });
  return failed ? undefined : all;
}
