import type { ProofRecord } from "../../../reports/records/record.ts";
import { KaliumError } from "../../base/errors.ts";
import type { RunFunction } from "../../contracts/application.ts";
import type { RuntimeProof } from "../../contracts/proof.ts";
import type { System } from "../../contracts/system.ts";
import { verifyProof } from "../../runtimes/verify-proof.ts";
import type { Lab } from "../run/lab.ts";
import { recordedProof } from "./recorded-proof.ts";

export interface BlockInstance {
  readonly system: System;
  readonly definition: RunFunction;
}

/** @throws {KaliumError} E_RUNTIME_PROOF when the instance did not run on what its system's name says */
export function checkedProof(
  proof: RuntimeProof,
  { system, definition }: BlockInstance,
  { block, lab }: { readonly block: number; readonly lab: Pick<Lab, "runtimes"> },
): ProofRecord {
  const opened = lab.runtimes[system.runtime];
  const recorded = opened?.available === true ? opened.identity.sha256 : "none";
  const contradiction =
    proof.host.identity.sha256 === recorded
      ? verifyProof(proof, system.runtime)
      : `its binary is ${proof.host.identity.sha256}, but the run began with ${recorded}`;
  if (contradiction !== undefined) {
    throw new KaliumError("E_RUNTIME_PROOF", `${definition.name} under ${system.name}: ${contradiction}`);
  }
  const { identity, hostKernelAddresses, image } = proof.host;
  const { hostArgv, inside, unproven } = recordedProof(proof);
  return {
    system: system.name,
    block,
    function: definition.name,
    instance: proof.instance,
    runtime: identity.runtime,
    version: identity.version,
    sha256: identity.sha256,
    ...(identity.platform !== undefined && { platform: identity.platform }),
    network: identity.network,
    ...(identity.flags !== undefined && { flags: [...identity.flags] }),
    hostArgv,
    hostKernelAddresses: [...hostKernelAddresses],
    ...inside,
    ...(unproven !== undefined && { unproven }),
    ...(image && { image }),
    startNs: proof.startNs,
    ...(proof.stages && { stages: proof.stages }),
  };
}
