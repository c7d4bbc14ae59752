import { readFile } from "node:fs/promises";
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

/** A shell script of the folder `scripts`. */
export const scriptOf = (name: string): Promise<string> =>
  readFile(new URL(`scripts/${name}`, import.meta.url), "utf8");

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
export const dumpConfig = (
  shell: NodeShell,
  { program, configPath }: Pick<Containerd, "program" | "configPath">,
): Promise<string> =>
  runOn(
    shell,
    "read containerd's configuration",
    'if [ -e "$2" ]; then "$1" --config "$2" config dump; else "$1" config default; fi',
    { args: [program, configPath] },
  );
