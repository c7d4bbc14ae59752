import { createReadStream } from "node:fs";
import { KaliumError } from "../../base/errors.ts";
import type { RuntimeName } from "../../contracts/system.ts";
import { artifactRuntimes, isArtifactRuntime, programOf, runscFiles } from "../../kalium/artifact/build-folder.ts";
import { type BinaryIdentity, cachedRunsc, identifyBinary, onPath } from "../../runtimes/binary.ts";
import { runtimeClassOf, runtimes } from "../../runtimes/index.ts";
import { nodeFolder, nodeLogFolder } from "../names.ts";

/** Runtimes that a runsc gives. `runc` needs none, `native` does not exist on a cluster. */
const runscRuntimes = runtimes.filter(({ kind }) => kind === "gvisor");

/** A runsc that is to be put onto nodes. */
export interface RunscBuild extends BinaryIdentity {
  /** One that a runsc gives. */
  readonly runtime: RuntimeName;
  readonly runtimeClass: string;
  /** Name in containerd's configuration. */
  readonly handler: string;
  readonly platform: "systrap" | "ptrace" | "kvm";
  /** Further flags of runsc, without dashes. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface BuildChoice {
  /** `NAME=PATH`, as often as wanted. None: `gvisor` from the private cache, else PATH. */
  readonly runsc: readonly string[];
  /** Folder of the artifact's programs: adds its three builds. */
  readonly kaliumBuild?: string | undefined;
  /** `NAME:flag=value`. */
  readonly flags: readonly string[];
  /** The artifact's way: this one binary takes the place of `singleRunscPath`, under the handler that is there. */
  readonly single?: string | undefined;
  /** For gVisor's own builds; absent: systrap where the build knows it, else ptrace. */
  readonly platform?: RunscBuild["platform"] | undefined;
}

/** @throws {KaliumError} E_CONFIG for a wrong option, E_RUNTIME_UNAVAILABLE for a binary that does not run here */
export async function resolveBuilds(choice: BuildChoice, signal: AbortSignal): Promise<readonly RunscBuild[]> {
  if (choice.single !== undefined) return [await singleBuild(choice, choice.single, signal)];
  const paths = new Map<RuntimeName, string>();
  for (const option of choice.runsc) {
    const [name, path] = split(option, "=", "--runsc");
    paths.set(runtimeNamed(name, "--runsc"), path);
  }
  if (choice.kaliumBuild !== undefined) {
    for (const name of artifactRuntimes) {
      paths.set(name, paths.get(name) ?? (await programOf(choice.kaliumBuild, runscFiles[name])));
    }
  }
  if (choice.runsc.length === 0) paths.set("gvisor", await usualRunsc());
  const flags = flagsByRuntime(choice.flags);
  const builds: RunscBuild[] = [];
  for (const [runtime, path] of paths) {
    const identity = await identifyBinary(path, 15_000, signal);
    const runtimeClass = runtimeClassOf(runtime) ?? runtime;
    builds.push({
      ...identity,
      runtime,
      runtimeClass,
      handler: `kalium-bench-${runtimeClass}`,
      platform: await platformOf(runtime, identity.binary, choice.platform),
      flags: flags.get(runtime) ?? {},
    });
  }
  return builds;
}

/** Where the artifact's instructions put every runsc in turn, and the handler of containerd that starts it. */
export const singleRunscPath = "/usr/local/bin/runsc";
export const singleHandler = "runsc";

async function singleBuild(choice: BuildChoice, path: string, signal: AbortSignal): Promise<RunscBuild> {
  if (choice.runsc.length > 0 || choice.flags.length > 0 || choice.kaliumBuild !== undefined) {
    throw new KaliumError(
      "E_CONFIG",
      "--single-runsc replaces the only runsc of the nodes, so it excludes other builds",
      {
        hint: "Leave out --runsc, --runsc-flag and KALIUM_BUILD, or leave out --single-runsc.",
      },
    );
  }
  const identity = await identifyBinary(path, 15_000, signal);
  const platform = await platformOf("gvisor", identity.binary, choice.platform);
  return { ...identity, runtime: "gvisor", runtimeClass: "gvisor", handler: singleHandler, platform, flags: {} };
}

async function usualRunsc(): Promise<string> {
  const path = (await cachedRunsc()) ?? (await onPath("runsc"));
  if (path !== undefined) return path;
  throw new KaliumError("E_RUNTIME_UNAVAILABLE", "there is no runsc on this machine to copy to the nodes", {
    hint: "Run `npm run setup`, or name one: --runsc gvisor=/path/to/runsc",
  });
}

function runtimeNamed(name: string, option: string): RuntimeName {
  const runtime = runscRuntimes.find((each) => each.name === name);
  if (runtime !== undefined) return runtime.name;
  throw new KaliumError("E_CONFIG", `${option}: ${name} is not the name of a runtime`, {
    hint: `One of ${runscRuntimes.map((each) => each.name).join(", ")}.`,
  });
}

function split(text: string, separator: string, option: string): readonly [string, string] {
  const at = text.indexOf(separator);
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new KaliumError("E_CONFIG", `${option} ${text} is not NAME${separator}VALUE`, {
    hint: "For example --runsc gvisor-ref=/path/to/runsc, --runsc-flag gvisor:overlay2=none",
  });
}

function flagsByRuntime(options: readonly string[]): ReadonlyMap<RuntimeName, Readonly<Record<string, string>>> {
  const flags = new Map<RuntimeName, Record<string, string>>();
  for (const option of options) {
    const [name, assignment] = split(option, ":", "--runsc-flag");
    const [flag, value] = split(assignment, "=", "--runsc-flag");
    const runtime = runtimeNamed(name, "--runsc-flag");
    flags.set(runtime, { ...flags.get(runtime), [flag]: value });
  }
  return flags;
}

/** The artifact's builds are older than systrap and were seen to work on ptrace. */
async function platformOf(
  runtime: RuntimeName,
  binary: string,
  wanted: RunscBuild["platform"] | undefined,
): Promise<RunscBuild["platform"]> {
  if (isArtifactRuntime(runtime)) return "ptrace";
  return wanted ?? ((await contains(binary, "systrap")) ? "systrap" : "ptrace");
}

async function contains(path: string, word: string): Promise<boolean> {
  let end = "";
  for await (const chunk of createReadStream(path, { encoding: "latin1", highWaterMark: 1 << 20 })) {
    const text = end + String(chunk);
    if (text.includes(word)) return true;
    end = text.slice(-word.length);
  }
  return false;
}

/** Where a build's files are on a node. */
export const nodePlaceOf = ({ runtimeClass }: Pick<RunscBuild, "runtimeClass">) => {
  const folder = `${nodeFolder}/runsc/${runtimeClass}`;
  return {
    folder,
    binary: `${folder}/runsc`,
    wrapper: `${folder}/runsc-wrapped`,
    config: `${folder}/runsc.toml`,
    logFolder: `${nodeLogFolder}/${runtimeClass}`,
  };
};
