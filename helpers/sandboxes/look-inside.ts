/**
 * A look from inside an instance whose function knows no question of ours: the runtime starts a program that we mount.
 * The program is the host's shell with its own loader and libraries, so that it runs in an image that has none.
 */
import { chmod, copyFile, lstat, mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ImageRoot, InsideView, ListeningSocket } from "../contracts/sandbox.ts";
import { KaliumError } from "../base/errors.ts";
import { runCommand } from "./run-command.ts";
import { librariesOf, proofTools } from "./skeleton.ts";

/** Where the programs are inside. */
export const toolsInside = "/.kalium-bench";

const shell = "/bin/sh";
const made = new Map<string, Promise<string>>();

/** A folder with the programs and all that they are linked to, made once a run. @throws {KaliumError} E_SANDBOX */
export function lookTools(runDirectory: string): Promise<string> {
  const folder = join(runDirectory, "look");
  const known = made.get(folder);
  if (known !== undefined) return known;
  const making = makeTools(folder);
  made.set(folder, making);
  making.catch(() => made.delete(folder));
  return making;
}

async function makeTools(folder: string): Promise<string> {
  const programs = [shell, ...(await proofTools())];
  const libraries = (await Promise.all(programs.map(librariesOf))).flat();
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { mode: 0o755 });
  for (const file of new Set([...programs, ...libraries])) {
    const name = isLoader(file) ? "loader" : basename(file);
    await copyFile(file, join(draft, name));
    await chmod(join(draft, name), 0o755);
  }
  await chmod(draft, 0o755);
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error; // another process of the run was faster
  });
  return folder;
}

const isLoader = (file: string): boolean => /^ld[-.].*\.so/.test(basename(file));

const run = (program: string): readonly string[] => [
  join(toolsInside, "loader"),
  "--library-path",
  toolsInside,
  join(toolsInside, program),
];

const marks = ["version", "cmdline", "tcp", "tcp6", "dmesg"] as const;

/** Reads by the shell's own commands alone, since the image may have no others. */
const script = [
  'show() { echo "= $1"; if [ -r "$2" ]; then while IFS= read -r line; do printf \'%s\\n\' "$line"; done < "$2"; fi; }',
  "show version /proc/version",
  "show cmdline /proc/cmdline",
  "show tcp /proc/net/tcp",
  "show tcp6 /proc/net/tcp6",
  'echo "= dmesg"',
  `[ -e ${toolsInside}/dmesg ] || { echo "this machine has no dmesg"; exit 0; }`,
  `exec ${run("dmesg").join(" ")} 2>&1`,
].join("\n");

/** An OCI process: the function's user, none of the function's environment. */
export const lookProcess = (user: ImageRoot["user"]): unknown => ({
  terminal: false,
  user,
  cwd: "/",
  args: [...run("sh"), "-c", script],
  env: ["LC_ALL=C"],
  noNewPrivileges: true,
});

/**
 * A library that an image puts before all programs would also be before ours, which then need not see what is there.
 * @throws {KaliumError} E_SANDBOX
 */
async function refuseOwnLibraries({ directory }: ImageRoot): Promise<void> {
  const file = "etc/ld.so.preload";
  const absent = await lstat(join(directory, file)).then(
    () => false,
    () => true,
  );
  if (absent) return;
  throw new KaliumError("E_SANDBOX", `the image has /${file}, so that what a program sees in it proves nothing`, {
    hint: `Remove /${file} from the image.`,
  });
}

/** @param exec words that start the process of `lookProcess` in the instance @throws {KaliumError} E_SANDBOX, E_TIMEOUT */
export async function lookInside(
  exec: readonly [string, ...string[]],
  root: ImageRoot,
  signal: AbortSignal,
): Promise<InsideView> {
  await refuseOwnLibraries(root);
  const { code, stdout, stderr } = await runCommand(exec, { timeoutMs: 60_000, signal });
  const seen = sectionsOf(stdout);
  if (seen["version"] === undefined || seen["dmesg"] === undefined) {
    const words = (stderr.trim() || stdout.trim()).split("\n").slice(-3).join("\n");
    throw new KaliumError("E_SANDBOX", `the look from inside ended with ${code ?? "a signal"}: ${words}`);
  }
  return {
    proof: {
      procVersion: seen["version"].join("\n"),
      procCmdline: seen["cmdline"]?.join("\n") ?? "",
      dmesg: seen["dmesg"].slice(0, 20).join("\n"),
      nodeVersion: "",
      seenBy: "program",
    },
    listening: [...(seen["tcp"] ?? []), ...(seen["tcp6"] ?? [])].flatMap(listeningSocket),
  };
}

function sectionsOf(text: string): Readonly<Record<string, readonly string[]>> {
  const sections: Record<string, string[]> = {};
  let current: string[] | undefined;
  for (const line of text.trimEnd().split("\n")) {
    const mark = marks.find((name) => line === `= ${name}`);
    if (mark !== undefined && sections[mark] === undefined) current = sections[mark] = [];
    else current?.push(line);
  }
  return sections;
}

/** A line of /proc/net/tcp or tcp6 (proc(5)): `0: 0100007F:1F90 00000000:0000 0A ...`; 0A is LISTEN. */
export function listeningSocket(line: string): readonly ListeningSocket[] {
  const [, address = "", port = ""] = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /i.exec(line) ?? [];
  if (port === "") return [];
  // Words in the machine's byte order: 127.0.0.1 is 0100007F on a little-endian one, also inside ::ffff:127.0.0.1.
  const loopbackOnly = /^(?:0{16}FFFF0000)?[0-9A-F]{6}7F$/i.test(address) || /^0{24}01000000$/.test(address);
  return [{ port: Number.parseInt(port, 16), loopbackOnly }];
}
