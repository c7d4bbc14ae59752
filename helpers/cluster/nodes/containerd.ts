import { readFile } from "node:fs/promises";
import { poll } from "../../deadline.ts";
import { KaliumError, messageOf } from "../../errors.ts";
import { nodeFolder } from "../names.ts";
import { untilShellAnswers } from "./agents.ts";
import { readNodeFile } from "./node-files.ts";
import { type NodeShell, runOn } from "./node-shell.ts";

/** The containerd that runs a node's pods. */
export interface Containerd {
  readonly socket: string;
  readonly pid: number;
  readonly program: string;
  /** For example `1.7.24`, and its first part. */
  readonly version: string;
  readonly major: number;
  readonly configPath: string;
  /** systemd's name of it; absent where something else keeps it running. */
  readonly unit: string | undefined;
  /** Its shim for runsc; absent: there is none. */
  readonly shim: string | undefined;
  /** Its command-line client; absent: there is none. */
  readonly ctr: string | undefined;
  /** The kernel shows what makes runsc refuse every network namespace; runsc then needs a wrapper. */
  readonly needsWrapper: boolean;
  /** Its configuration is younger than the process. */
  readonly isStale: boolean;
  readonly runc: { readonly binary: string; readonly version: string; readonly sha256: string } | undefined;
}

const scriptOf = (name: string): Promise<string> => readFile(new URL(`scripts/${name}`, import.meta.url), "utf8");

/** @throws {KaliumError} E_CLUSTER when the node does not run containerd */
export async function inspectContainerd(shell: NodeShell): Promise<Containerd> {
  const output = await runOn(shell, "find its containerd", await scriptOf("inspect-containerd.sh"));
  const values = new Map(
    output.split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const value = (name: string): string => values.get(name) ?? "";
  const version = /\bv?(\d+\.\d+\.\d+\S*)/.exec(value("version"))?.[1] ?? value("version");
  const runc = value("runc");
  return {
    socket: value("socket"),
    pid: Number(value("pid")),
    program: value("program"),
    version,
    major: Number(version.split(".")[0]),
    configPath: value("config"),
    unit: value("unit") || undefined,
    shim: value("shim") || undefined,
    ctr: value("ctr") || undefined,
    needsWrapper: value("wrapper") === "yes",
    isStale: value("stale") === "yes",
    runc: runc === "" ? undefined : { binary: runc, version: value("runcVersion"), sha256: value("runcSha256") },
  };
}

/** All of its configuration with defaults and imports, as it would be after a start. @throws {KaliumError} E_CLUSTER */
export const dumpConfig = (shell: NodeShell, { program, configPath }: Containerd): Promise<string> =>
  runOn(
    shell,
    "read containerd's configuration",
    'if [ -e "$2" ]; then "$1" --config "$2" config dump; else "$1" config default; fi',
    { args: [program, configPath] },
  );

/** A file and its saved copy; without one the file was not there before. */
export interface WayBack {
  readonly path: string;
  readonly backup: string | undefined;
}

const restartSeconds = 60;

/**
 * Starts containerd again; pods go on. When it does not come back, the node itself puts the files of `wayBack` back and
 * starts it with those. @throws {KaliumError} E_CLUSTER that says which of these happened
 */
export async function restartContainerd(
  shell: NodeShell,
  containerd: Containerd,
  wayBack: readonly WayBack[],
  { folder = nodeFolder, limitSeconds = restartSeconds } = {},
): Promise<void> {
  const result = `${folder}/restart`;
  const { socket, pid, program, unit = "" } = containerd;
  const pairs = wayBack.flatMap(({ path, backup = "" }) => [path, backup]);
  await runOn(
    shell,
    "start containerd again",
    'set -eu; rm -f "$2"; script=$1; shift; setsid sh -c "$script" kalium-bench "$@" </dev/null >/dev/null 2>&1 &',
    {
      args: [
        await scriptOf("restart-containerd.sh"),
        result,
        socket,
        String(pid),
        program,
        unit,
        String(limitSeconds),
        ...pairs,
      ],
    },
  );
  const outcome = await awaitOutcome(shell, result);
  await runOn(shell, "tidy up", 'rm -f "$1"', { args: [result] });
  if (outcome === "started") return untilShellAnswers(shell, 60_000);
  const [what = "", why = ""] = outcome.split(": ");
  throw new KaliumError("E_CLUSTER", `node ${shell.node}: ${why}`, {
    hint:
      what === "restored"
        ? "The node runs as before. Read containerd's log there, then `npm run cluster -- down`."
        : `The saved configuration is in place. Start containerd on the node by hand (was: ${program}), then \`npm run cluster -- down\`.`,
    details: { outcome: what },
  });
}

/** The connection breaks off while containerd is away. */
async function awaitOutcome(shell: NodeShell, result: string): Promise<string> {
  let last = "it has not begun";
  return poll(
    {
      what: `node ${shell.node} to start containerd again`,
      timeoutMs: (2 * restartSeconds + 60) * 1000,
      intervalMs: 500,
      lastReason: () => last,
    },
    async () => {
      try {
        return (await readNodeFile(shell, result))?.trim();
      } catch (error) {
        last = messageOf(error);
        return undefined;
      }
    },
  );
}
