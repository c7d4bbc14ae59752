import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/** A look at the machine is never worth a longer wait: a binary that hangs counts as one that does not work. */
const probeTimeoutMs = 5_000;

/** Administrators' folders, which an ordinary user's PATH lacks. */
const administrative = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The absolute path of a program, or `undefined`. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of [...(process.env["PATH"] ?? "").split(delimiter), ...administrative]) {
    const path = join(folder, name);
    if (folder.startsWith("/") && (await isExecutable(path))) return path;
  }
  return undefined;
}

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

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
