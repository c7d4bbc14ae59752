import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { chown, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { poll } from "../../base/deadline.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { durableFlags, serverFlags } from "./flags.ts";
import { findProgram } from "./local-server.ts";
import type { RunAs } from "./run-as.ts";
import { type Login, tryLogin } from "./session.ts";
import { pidFile } from "./sweep.ts";

const startTimeoutMs = 60_000;
const firstSqlFile = "first.sql";

/** Starts a server program on `directory`, which holds `data`; `login` says where it listens and how to get in. */
export async function startServerProcess(
  binary: string,
  directory: string,
  login: Login,
  runAs: RunAs,
  durable = false,
): Promise<ChildProcess> {
  const { host, port } = login.endpoint;
  const firstSql = await writeFirstSql(directory, login, runAs);
  const args = [
    ...[
      "--no-defaults",
      ...runAs.flags,
      ...serverFlags,
      ...(durable ? durableFlags : []),
      `--datadir=${directory}/data`,
      `--tmpdir=${directory}`,
    ],
    ...["--socket=", `--bind-address=${host}`, `--port=${port}`, `--init-file=${firstSql}`],
  ];
  // Where there is setpriv, the kernel ends the server with us, even when we are killed.
  const setpriv = process.platform === "linux" ? await findProgram("setpriv") : undefined;
  const [program, ...rest] = setpriv === undefined ? [binary] : [setpriv, "--pdeathsig", "KILL", "--", binary];
  const log = openSync(join(directory, "server.log"), "wx", 0o600);
  try {
    const stdio = ["ignore", log, log] as const;
    const child = spawn(program, [...rest, ...args], { ...runAs.ids, stdio: [...stdio], cwd: directory });
    child.once("error", () => undefined); // it has no pid then, which the wait below sees
    if (child.pid !== undefined) await writeFile(join(directory, pidFile), String(child.pid), { mode: 0o600 });
    return child;
  } finally {
    closeSync(log);
  }
}

/** The server runs it before it listens. One statement per line: it drops the rest of a line without a word. */
async function writeFirstSql(directory: string, { endpoint, adminPassword }: Login, { ids }: RunAs): Promise<string> {
  const path = join(directory, firstSqlFile);
  const root = `'root'@'${endpoint.host}'`;
  const statements = [
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${adminPassword}';`,
    `CREATE USER ${root} IDENTIFIED BY '${adminPassword}';`,
    `GRANT ALL PRIVILEGES ON *.* TO ${root} WITH GRANT OPTION;`,
  ];
  await writeFile(path, `${statements.join("\n")}\n`, { mode: 0o600, flag: "wx" });
  if (ids.uid !== undefined && ids.gid !== undefined) await chown(path, ids.uid, ids.gid);
  return path;
}

/** @throws {KaliumError} E_MYSQL with the end of the server's log when it dies or refuses us, E_TIMEOUT */
export async function waitUntilReady(child: ChildProcess, directory: string, login: Login): Promise<void> {
  let last = "no answer yet";
  const what = `the private MySQL server on ${login.endpoint.host}:${login.endpoint.port}`;
  await poll({ what, timeoutMs: startTimeoutMs, intervalMs: 20, lastReason: () => last }, async () => {
    if (!isRunning(child)) throw await failedStart(directory, "died at its start");
    return tryLogin(login).then(
      () => true,
      async (error: unknown) => {
        last = messageOf(error);
        // It listens only when the accounts are made: an answer in MySQL's own words is final.
        if (isServerError(error)) throw await failedStart(directory, `refused its own account (${last})`);
        return undefined;
      },
    );
  });
  await rm(join(directory, firstSqlFile)); // it holds the password
}

const isServerError = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ER_");

export async function kill(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL"); // its data is thrown away: nothing to write back
  await exited;
}

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid !== undefined && exitCode === null && signalCode === null;

async function failedStart(directory: string, how: string): Promise<KaliumError> {
  const log = await readFile(join(directory, "server.log"), "utf8").catch(() => "");
  const message = `the private MySQL server ${how}:\n${log.trim().split("\n").slice(-15).join("\n")}`;
  if (!/permission denied|errno:? 13/i.test(log)) return new KaliumError("E_MYSQL", message);
  const hint = "AppArmor or SELinux may confine the server: use Docker or KALIUM_MYSQL_URL.";
  return new KaliumError("E_MYSQL", message, { hint });
}
