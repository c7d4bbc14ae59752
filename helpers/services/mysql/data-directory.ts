import { constants } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { execa, type Options } from "execa";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { findProgram, type LocalServer } from "./local-server.ts";
import { giveTo, type RunAs } from "./run-as.ts";

const initialiseTimeoutMs = 120_000;

/**
 * Makes the data directory of a fresh server. Initialising costs seconds, so its result is kept in the user's cache,
 * one per server program, and copied: it holds the system tables only, no data and no password.
 */
export async function makeDataDirectory(server: LocalServer, directory: string, runAs: RunAs): Promise<void> {
  const template = join(cacheDirectory(), `mysql-template-${server.fingerprint}`);
  if (await exists(template)) {
    await copy(template, directory);
    await giveTo(runAs, directory);
    return;
  }
  await initialise(server, directory, runAs);
  await keepAs(template, directory).catch(() => undefined); // no cache is slower, not wrong
}

const cacheDirectory = (): string => join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kalium-bench");

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const copy = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE }); // shares blocks where the file system can

/** In one step at the end, so that a template is whole or not there. */
async function keepAs(template: string, directory: string): Promise<void> {
  await mkdir(dirname(template), { recursive: true, mode: 0o700 });
  const unfinished = await mkdtemp(`${template}.`);
  try {
    await copy(directory, unfinished);
    await rename(unfinished, template);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function initialise({ binary, flavour }: LocalServer, directory: string, { ids, flags }: RunAs): Promise<void> {
  const options: Options = { ...ids, timeout: initialiseTimeoutMs, all: true, cwd: dirname(directory) };
  const common = ["--no-defaults", ...flags, `--datadir=${directory}`];
  try {
    if (flavour === "mysql") {
      const sizes = ["--innodb-redo-log-capacity=16M", "--innodb-use-native-aio=0"];
      await execa(binary, [...common, "--initialize-insecure", "--loose-mysqlx=OFF", ...sizes], options);
      return;
    }
    const installer = await findProgram("mariadb-install-db", "mysql_install_db");
    if (installer === undefined) throw new Error("there is no mariadb-install-db beside it");
    // By socket: root's account exists for the local system user alone, and no account is without a password.
    const accounts = ["--skip-test-db", "--auth-root-authentication-method=socket"];
    await execa(installer, [...common, ...accounts, "--innodb-log-file-size=10M"], options);
  } catch (error) {
    const output = (error as { all?: unknown }).all;
    const lastWords = typeof output === "string" ? output.split("\n").slice(-20).join("\n") : messageOf(error);
    throw new KaliumError("E_MYSQL", `${binary} could not make its data directory: ${lastWords}`, { cause: error });
  }
}
