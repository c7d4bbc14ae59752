import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { getuid } from "node:process";
import type { RuntimeIdentity } from "../contracts/proof.ts";
import type { SandboxDriver, SandboxSpec } from "../contracts/sandbox.ts";
import { attachProcess } from "./attached-process.ts";
import { enterCgroup, notEntered } from "./enter-cgroup.ts";
import { environmentOf } from "./environment.ts";
import { executableSha256 } from "./executable.ts";
import { commandLineOf, hostProof } from "./host-proof.ts";
import { coverNameFiles } from "./name-service.ts";
import type { PlaceMaker } from "./place.ts";
import { withSecretPaths, writeSecrets } from "./secrets.ts";
import { type Launch, startSandbox } from "./start-sandbox.ts";

/** Exit codes of the words before the program: no control group, not executable (126), not found (127). */
const wrapperFailures = [notEntered, 126, 127];

/**
 * Plain processes: the function on the host's kernel, in the same kind of network as all other systems.
 * @param inImages what starts them where the root file system is that of an image
 */
export function processDriver(
  identity: RuntimeIdentity,
  places: PlaceMaker,
  inImages: () => Promise<SandboxDriver>,
): SandboxDriver {
  const launch: Launch = {
    name: "native",
    async start(spec, { directory, attachment, cgroup, outputs }) {
      const programs = join(directory, "bin");
      await mkdir(programs);
      await symlink(identity.binary, join(programs, "node")); // by this name the watchdog finds it, as in an image
      const secretsDirectory = await writeSecrets(spec.secrets, join(directory, "secrets"), getuid?.() ?? 0);
      const env = environmentOf(
        { ...spec, env: withSecretPaths(spec.env, secretsDirectory) },
        { PATH: `${programs}:/usr/bin:/bin`, HOME: directory, attachment },
      );
      const enterNetwork = attachment.netns === undefined ? [] : ["nsenter", `--net=${attachment.netns.path}`];
      const cover = attachment.netns === undefined ? [] : await coverNameFiles(directory, attachment.netns.nameServer);
      // The function dies with the harness even if that is killed: start it from the main thread only.
      const bound = ["setpriv", "--pdeathsig", "KILL"];
      const groups = (await cgroup?.makeChild()) ?? [];
      return attachProcess([...enterCgroup(groups), ...enterNetwork, ...cover, ...bound, ...commandOf(spec)], {
        ...{ cwd: spec.imageDirectory, outputs },
        env,
        onLine: (stream, line) => spec.onLine(stream, line),
      });
    },
    async hasStarted(spec, place, child, exit) {
      if (exit !== undefined) return !wrapperFailures.includes(exit.code ?? 0);
      // A script shows its shell first; Node, which may have taken its place, the name by which it was found.
      const [program = "", script] = await commandLineOf(child.pid);
      return [program, script].includes(commandOf(spec)[0]) || program === join(place.directory, "bin/node");
    },
    terminate(_spec, _place, { child }) {
      child.kill("SIGTERM");
      return Promise.resolve();
    },
    look: () => Promise.reject(new TypeError("a plain process answers for itself")),
    proof: async (_spec, { attachment }, child) =>
      hostProof(identity, await processOf(child.pid, identity.sha256), attachment),
    explain: (_place, child) => Promise.resolve(child.lastWords().join("\n")),
  };
  const commandOf = ({ command: [program = "", ...args], watchdogDirectory }: SandboxSpec): readonly string[] => {
    if (watchdogDirectory !== undefined) return [join(watchdogDirectory, program), ...args];
    return [program === "node" ? identity.binary : program, ...args];
  };
  return {
    start: async (spec, signal) =>
      spec.root === undefined ? startSandbox(launch, places, spec, signal) : (await inImages()).start(spec, signal),
  };
}

/** The process, or the first below it, that executes this program: another watchdog than ours has the function as its child. */
async function processOf(pid: number, sha256: string): Promise<number> {
  const below = [pid];
  for (const each of below) {
    if ((await executableSha256(each)) === sha256) return each;
    const children = await readFile(`/proc/${each}/task/${each}/children`, "utf8").catch(() => "");
    below.push(...children.split(" ").filter(Boolean).map(Number));
  }
  return pid;
}
