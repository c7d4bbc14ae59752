import { release } from "node:os";
import type { PodEvidence, RuntimeProof } from "../contracts/proof.ts";
import type { RuntimeName } from "../contracts/system.ts";
import { flagParts } from "./runsc-flags.ts";
import { runtimeClassOf, runtimeNamed } from "./index.ts";

/** Says why an instance did not run on the runtime that its label claims; `undefined` when the evidence agrees. */
export function verifyProof(proof: RuntimeProof, expected: RuntimeName): string | undefined {
  const { identity } = proof.host;
  if (identity.runtime !== expected) return `${proof.instance} ran on ${identity.runtime}, not on ${expected}`;
  const { pod } = proof.host;
  const reason =
    pod !== undefined
      ? againstPod(proof, pod, expected)
      : runtimeNamed(expected).kind === "gvisor"
        ? againstGvisor(proof, expected)
        : againstHostKernel(proof, expected);
  return reason && `${proof.instance} claims ${expected}, but ${reason}`;
}

/** Says what the evidence of an instance leaves open, where nothing contradicts it; `undefined` when it is proven. */
export function unprovenOf({ host, inside }: RuntimeProof, expected: RuntimeName): string | undefined {
  return host.pod && runtimeNamed(expected).unproven?.(inside, host.pod.kernelRelease);
}

/** The question goes to the runtime's own file: releases differ in what they show inside. */
const insideProblem = ({ inside }: RuntimeProof, expected: RuntimeName, kernelRelease: string): string | undefined =>
  runtimeNamed(expected).insideProblem(inside, kernelRelease);

function againstGvisor(proof: RuntimeProof, expected: RuntimeName): string | undefined {
  const { host } = proof;
  const { identity, argv, hostKernelAddresses } = host;
  const seen = insideProblem(proof, expected, release());
  if (seen !== undefined) return seen;
  if (argv[0] !== "runsc-sandbox" || !argv.includes("boot")) return `its process is "${argv.join(" ")}"`;
  const other = otherBinary({ host });
  if (other !== undefined) return other;
  // Releases of 2022 leave out what is their default: ptrace, and netstack.
  const platform = flag(argv, "platform") ?? "ptrace";
  if (platform !== identity.platform) return `its process runs on ${platform}, not on ${identity.platform ?? "?"}`;
  const network = (flag(argv, "network") ?? "sandbox") === "sandbox" ? "netstack" : "host kernel, own namespace";
  if (network !== identity.network) return `its network is ${network}, not ${identity.network}`;
  const untaken = identity.flags?.find((word) => !tookEffect(argv, word, identity.defaultFlags));
  if (untaken !== undefined) return `${untaken} did not take effect: its process is "${argv.join(" ")}"`;
  if (network === "netstack" && hostKernelAddresses.length > 0) {
    return `the host's kernel still holds its address ${hostKernelAddresses.join(", ")}`;
  }
  return undefined;
}

/**
 * On a cluster the host's side is the pod's specification: the runtime class decides which program the node starts.
 * Two builds of gVisor look alike from inside, so there it is the class alone that tells them apart.
 */
function againstPod(proof: RuntimeProof, pod: PodEvidence, expected: RuntimeName): string | undefined {
  const wanted = runtimeClassOf(expected);
  if (pod.runtimeClass !== wanted) {
    return `its pod has the runtime class ${pod.runtimeClass ?? "of the node"}, not ${wanted ?? "of the node"}`;
  }
  const seen = insideProblem(proof, expected, pod.kernelRelease);
  return seen && `on ${pod.node} ${seen}`;
}

function againstHostKernel(proof: RuntimeProof, expected: RuntimeName): string | undefined {
  const { host, inside } = proof;
  const { identity, argv, hostKernelAddresses } = host;
  const seen = insideProblem(proof, expected, release());
  if (seen !== undefined) return seen;
  if (hostKernelAddresses.length === 0) return "the host's kernel holds no address for it";
  const stranger = outsideImage(proof);
  if (stranger !== undefined) return stranger;
  if (runtimeNamed(expected).kind === "process") {
    if (host.image !== undefined) return undefined; // the program is the image's, which was asked above
    return (
      otherBinary({ host }) ??
      (inside.nodeVersion === identity.version ? undefined : `its Node is ${inside.nodeVersion}`)
    );
  }
  const isRun = argv[0] === identity.binary && argv.includes("run");
  const untaken = identity.flags?.find((word) => !argv.includes(word));
  if (isRun && untaken !== undefined) return `${untaken} did not take effect: its process is "${argv.join(" ")}"`;
  return isRun ? otherBinary({ host }) : `its process is "${argv.join(" ")}"`;
}

/** Of an image of somebody else's, where the host sees what runs: it must be a file of that image. */
function outsideImage({ host: { image } }: RuntimeProof): string | undefined {
  if (image === undefined || image.program?.inImage === true) return undefined;
  const { path, sha256 } = image.program ?? { path: "an unknown program", sha256: "unknown digest" };
  return `its process executes ${path} (${sha256}), which is not a file of the image ${image.digest}`;
}

/** Two revisions of a runtime look alike from everywhere but the program that their process executes. */
function otherBinary({ host: { identity, executableSha256 } }: Pick<RuntimeProof, "host">): string | undefined {
  if (executableSha256 === identity.sha256) return undefined;
  return `its process executes ${executableSha256 ?? "an unknown program"}, not ${identity.binary} (${identity.sha256})`;
}

/** A flag must be there with the value that was asked for, unless that is the build's default: runsc leaves it out. */
function tookEffect(argv: readonly string[], wanted: string, defaults: readonly string[] = []): boolean {
  const [name, value] = flagParts(wanted);
  const seen = flag(argv, name);
  return seen === undefined ? defaults.includes(wanted) : seen === value;
}

/** Value of `--name=value` or `--name value`. */
function flag(argv: readonly string[], name: string): string | undefined {
  const index = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const word = argv[index];
  return word?.includes("=") === true ? word.slice(word.indexOf("=") + 1) : argv[index + 1 || argv.length];
}
