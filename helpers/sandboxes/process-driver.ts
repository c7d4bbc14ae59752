import { join } from "node:path";
import { getuid } from "node:process";
import type { RuntimeIdentity } from "../contracts/proof.ts";
import type { SandboxDriver } from "../contracts/sandbox.ts";
import { attachProcess } from "./attached-process.ts";
import { enterCgroup, notEntered } from "./enter-cgroup.ts";
import { environmentOf } from "./environment.ts";
import { commandLineOf, hostProof } from "./host-proof.ts";
import { coverNameFiles } from "./name-service.ts";
import type { PlaceMaker } from "./place.ts";
import { withSecretPaths, writeSecrets } from "./secrets.ts";
import { type Launch, startSandbox } from "./start-sandbox.ts";

/** Exit codes of the words before the program: no control group, not executable (126), not found (127). */
const wrapperFailures = [notEntered, 126, 127];

/** Plain processes: the function on the host's kernel, in the same kind of network as all other systems. */
export function processDriver(identity: RuntimeIdentity, places: PlaceMaker): SandboxDriver {
  const launch: Launch = {
    name: "native",
    async start(spec, { directory, attachment, cgroup }) {
      const secretsDirectory = await writeSecrets(spec.secrets, join(directory, "secrets"), getuid?.() ?? 0);
      const env = environmentOf(
        { ...spec, env: withSecretPaths(spec.env, secretsDirectory) },
        { PATH: "/usr/bin:/bin", HOME: directory, port: attachment.port },
      );
      const enterNetwork = attachment.netns === undefined ? [] : ["nsenter", `--net=${attachment.netns.path}`];
      const cover = attachment.netns === undefined ? [] : await coverNameFiles(directory, attachment.netns.nameServer);
      // The function dies with the harness even if that is killed: start it from the main thread only.
      const bound = ["setpriv", "--pdeathsig", "KILL"];
      const groups = (await cgroup?.makeChild()) ?? [];
      return attachProcess([...enterCgroup(groups), ...enterNetwork, ...cover, ...bound, ...commandOf(spec.command)], {
        cwd: spec.imageDirectory,
        env,
        onLine: (stream, line) => spec.onLine(stream, line),
      });
    },
    async hasStarted(spec, _place, child, exit) {
      if (exit !== undefined) return !wrapperFailures.includes(exit.code ?? 0);
      return (await commandLineOf(child.pid))[0] === commandOf(spec.command)[0];
    },
    terminate(_spec, _place, child) {
      child.kill("SIGTERM");
      return Promise.resolve();
    },
    proof: ({ attachment }, child) => hostProof(identity, child.pid, attachment),
    explain: (_place, child) => Promise.resolve(child.lastWords().join("\n")),
  };
  const commandOf = ([program = "", ...args]: readonly string[]): readonly string[] => [
    program === "node" ? identity.binary : program,
    ...args,
  ];
  return { start: (spec, signal) => startSandbox(launch, places, spec, signal) };
}
