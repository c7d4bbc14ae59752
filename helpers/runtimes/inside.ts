/** What the kernels that runtimes give to an instance look like from inside. */
import type { InsideProof } from "../contracts/proof.ts";

type Seen = Pick<InsideProof, "procVersion" | "procCmdline" | "dmesg">;

/** gVisor as it has been since its releases of 2022: `/proc/cmdline` and dmesg name it. */
export function gvisorProblem({ procCmdline, dmesg }: Seen): string | undefined {
  if (!procCmdline.includes("gvisor")) return `/proc/cmdline inside is "${procCmdline}"`;
  return dmesgProblem(dmesg);
}

/** gVisor of February 2020, of which the artifact is a fork: it has no `/proc/cmdline`, but its own version and dmesg. */
export function oldGvisorProblem({ procVersion, procCmdline, dmesg }: Seen): string | undefined {
  if (procCmdline !== "" && !procCmdline.includes("gvisor")) return `/proc/cmdline inside is "${procCmdline}"`;
  if (!procVersion.startsWith("Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016")) {
    return `/proc/version inside is "${procVersion}"`;
  }
  return dmesgProblem(dmesg);
}

/** The kernel beneath, shared by the instance. */
export function hostKernelProblem(
  { procVersion, procCmdline, dmesg }: Seen,
  kernelRelease: string,
): string | undefined {
  if (/gvisor/i.test(procCmdline + dmesg)) return "it looks like gVisor from inside";
  if (procVersion.includes(kernelRelease)) return undefined;
  return `/proc/version inside is "${procVersion}", and the kernel beneath is ${kernelRelease}`;
}

/** A kernel of its own, as of a virtual machine: neither gVisor's nor the one beneath. */
export function ownKernelProblem({ procVersion, procCmdline, dmesg }: Seen, kernelRelease: string): string | undefined {
  if (/gvisor/i.test(procCmdline + dmesg)) return "it looks like gVisor from inside";
  if (!procVersion.startsWith("Linux version ")) return `/proc/version inside is "${procVersion}"`;
  return procVersion.includes(kernelRelease) ? `the kernel inside is the one beneath, ${kernelRelease}` : undefined;
}

const dmesgProblem = (dmesg: string): string | undefined =>
  dmesg.includes("Starting gVisor") ? undefined : `dmesg inside says "${dmesg.split("\n")[0] ?? ""}"`;
