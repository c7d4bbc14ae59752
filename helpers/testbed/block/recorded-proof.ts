import type { RuntimeProof } from "../../contracts/proof.ts";
import { withoutPlaces } from "../../base/without-places.ts";
import { runtimeNamed } from "../../runtimes/index.ts";
import { unprovenOf } from "../../runtimes/verify-proof.ts";

/** What a record says of the inside of an instance that showed the kernel beneath. */
const kernelBeneath = "not recorded: it is the kernel's beneath";

/**
 * What a proof, already checked, leaves in the record. A results folder may be published: the command line and the log of
 * the host's own kernel stay out of it, and so do the places of this checkout and of the home folder.
 */
export function recordedProof(proof: RuntimeProof): {
  readonly hostArgv: string[];
  readonly inside: RuntimeProof["inside"];
  readonly unproven?: string;
} {
  const { host, inside } = proof;
  const runtime = runtimeNamed(host.identity.runtime);
  const unproven = unprovenOf(proof, host.identity.runtime);
  const own = runtime.kind === "gvisor" || (runtime.unproven !== undefined && unproven === undefined);
  return {
    hostArgv: host.argv.map(withoutPlaces),
    ...(unproven !== undefined && { unproven }),
    inside: own ? inside : { ...inside, procCmdline: kernelBeneath, dmesg: kernelBeneath },
  };
}
