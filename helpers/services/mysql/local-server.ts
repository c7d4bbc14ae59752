import { access, constants, realpath, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { KaliumError } from "../../base/errors.ts";

/** A server program of this machine. */
export interface LocalServer {
  readonly binary: string;
  readonly flavour: "mysql" | "mariadb";
  /** First line of `--version`. */
  readonly version: string;
  /** Changes whenever the program does. */
  readonly fingerprint: string;
}

/** Servers are not on every user's PATH. */
const furtherDirectories = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/bin", "/opt/homebrew/bin"];

export async function findProgram(...names: readonly string[]): Promise<string | undefined> {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), ...furtherDirectories];
  for (const path of names.flatMap((name) => directories.map((directory) => join(directory, name)))) {
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

/** @throws {KaliumError} E_MYSQL when there is none */
export async function findLocalServer(): Promise<LocalServer> {
  const binary = await findProgram("mysqld", "mariadbd");
  if (binary === undefined) {
    throw new KaliumError("E_MYSQL", "no mysqld or mariadbd on PATH or in the system's program folders");
  }
  const { stdout } = await execa(binary, ["--no-defaults", "--version"], { timeout: 60_000 });
  const version = stdout.split("\n", 1)[0] ?? "";
  const { mtimeMs, size } = await stat(await realpath(binary));
  const release = /Ver ([\w.]+)/.exec(version)?.[1] ?? "unknown";
  const flavour = version.includes("MariaDB") ? "mariadb" : "mysql";
  return { binary, flavour, version, fingerprint: `${flavour}-${release}-${Math.round(mtimeMs)}-${size}` };
}
