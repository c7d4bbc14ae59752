/**
 * A folder like the artifact's `build/bin`, with stand-ins: the machine's own runsc under the artifact's file names, and
 * programs of ours that speak the protocol of `ctr` and `seclambda`. Each says that it is a stand-in.
 */
import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../../sandboxes/run-command.ts";
import { runscFiles } from "../build-folder.ts";

/** In the version of every stand-in, and in all that it prints. */
export const standInMark = "stand-in";

/**
 * @param folder the `bin` folder to make
 * @param runsc gVisor's, with which the builds share flags, annotations and proof, but no guard
 */
export async function makeStandInBuild(folder: string, runsc: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { stdout } = await runCommand([runsc, "--version"], { timeoutMs: 10_000 });
  const version = /^runsc version (.+)$/m.exec(stdout)?.[1] ?? "";
  const program = await readFile(runsc);
  renameVersion(program, version);
  hideCommandLine(program);
  for (const name of Object.values(runscFiles)) {
    // Digests of their own, though it is the same program; of this build alone, so that none was tried before.
    const mark = `\n${standInMark} for ${name} ${randomUUID()}`;
    await writeFile(join(folder, name), Buffer.concat([program, Buffer.from(mark)]));
    await chmod(join(folder, name), 0o755);
  }
  await writeScript(join(folder, "ctr"), `${programLine("stand-in-ctr.ts")} "$1" 5000`);
  await writeScript(join(folder, "seclambda"), `${programLine("stand-in-seclambda.ts")} "$@"`);
}

export const writeScript = (path: string, body: string): Promise<void> =>
  writeFile(path, `#!/bin/sh\n# ${standInMark}, made by a test\n${body}\n`, { mode: 0o755 });

const programLine = (file: string): string =>
  `exec ${process.execPath} --disable-warning=ExperimentalWarning ${fileURLToPath(new URL(file, import.meta.url))}`;

/** Go keeps the text of a version once, with its length elsewhere: another of the same length fits. */
function renameVersion(program: Buffer, version: string): void {
  if (version.length < standInMark.length) throw new TypeError(`"${version}" leaves no room for "${standInMark}"`);
  const from = program.indexOf(`\0${version}\0`);
  if (from < 0) throw new TypeError(`the program does not hold its version ${version}`);
  program.write(standInMark.padEnd(version.length, "."), from + 1, "latin1");
}

/** gVisor of February 2020 has no `/proc/cmdline`: here that file has another name. */
function hideCommandLine(program: Buffer): void {
  const name = "cmdline";
  const at = program.indexOf(name);
  if (at < 0 || program.includes(name, at + 1)) throw new TypeError(`the program does not hold "${name}" once`);
  program.write("c-dline", at, "latin1");
}
