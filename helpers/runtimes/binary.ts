import { access, constants, readdir, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { KaliumError } from "../base/errors.ts";
import { sha256OfFile } from "../base/sha256-of-file.ts";
import { hostEnvironment, runCommand } from "../sandboxes/run-command.ts";

/** Where `npm run setup` puts what it fetches, and where good probes are remembered. */
export const privateCache = (): string =>
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kalium-bench");

/** The newest runsc that set-up has fetched. */
export async function cachedRunsc(): Promise<string | undefined> {
  const cache = privateCache();
  const versions = (await readdir(cache).catch(() => [])).filter((name) => name.startsWith("runsc-"));
  versions.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  return firstExecutable(versions.map((version) => join(cache, version, "usr/bin/runsc")));
}

export const onPath = (name: string): Promise<string | undefined> =>
  firstExecutable(hostEnvironment.PATH.split(delimiter).map((folder) => join(folder, name)));

export const executableAt = (path: string): Promise<string | undefined> => firstExecutable([path]);

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

/** @throws {KaliumError} E_RUNTIME_UNAVAILABLE with the binary's own words: in its first line it says which flag or value it refuses */
export async function tryFlags(
  binary: string,
  flags: readonly string[],
  limits: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  if (flags.length === 0) return;
  const { code, stderr } = await runCommand([binary, ...flags, "--version"], limits);
  if (code !== 0) throw new KaliumError("E_RUNTIME_UNAVAILABLE", `${binary}: ${stderr.split("\n")[0] ?? ""}`);
}

export interface BinaryIdentity {
  readonly binary: string;
  readonly version: string;
  readonly sha256: string;
}

/** @throws {KaliumError} E_RUNTIME_UNAVAILABLE with the binary's own words, E_TIMEOUT */
export async function identifyBinary(path: string, timeoutMs: number, signal: AbortSignal): Promise<BinaryIdentity> {
  const binary = await realpath(path).catch((error: unknown) => {
    throw new KaliumError("E_RUNTIME_UNAVAILABLE", `${path} does not exist`, { cause: error });
  });
  const result = await runCommand([binary, "--version"], { timeoutMs, signal }).catch((error: unknown) => {
    if (error instanceof KaliumError) throw error;
    throw new KaliumError("E_RUNTIME_UNAVAILABLE", `${binary} cannot be executed`, { cause: error });
  });
  const version = result.stdout.split("\n")[0] ?? "";
  if (result.code !== 0 || version === "") {
    const words = `${result.stdout}${result.stderr}`.trim().split("\n").slice(-5).join("\n");
    throw new KaliumError(
      "E_RUNTIME_UNAVAILABLE",
      `${binary} --version ended with ${result.code ?? "a signal"}: ${words}`,
    );
  }
  return { binary, version, sha256: await sha256OfFile(binary) };
}
