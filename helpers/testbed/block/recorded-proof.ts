import type { RuntimeProof } from "../../contracts/proof.ts";
import { withoutPlaces } from "../../base/without-places.ts";
import { runtimeNamed } from "../../runtimes/index.ts";

/** What a record says of the inside of an instance that showed the kernel beneath. */
const kernelBeneath = "not recorded: it is the kernel's beneath";

/**
 * What a proof, already checked, leaves in the record. A results folder may be published: the command line and the log of
 * the host's own kernel stay out of it, and so do the places of this checkout and of the home folder.
 */
export function recordedProof({ host, inside }: RuntimeProof): {
  readonly hostArgv: string[];
  readonly inside: RuntimeProof["inside"];
} {
  const own = runtimeNamed(host.identity.runtime).kind === "gvisor"; // gVisor shows a kernel of its own
  return {
    hostArgv: host.argv.map(withoutPlaces),
    inside: own ? inside : { ...inside, procCmdline: kernelBeneath, dmesg: kernelBeneath },
  };
}
