import { networkInterfaces } from "node:os";
import type { ClusterFacts } from "../facts.ts";
import { KaliumError } from "../../base/errors.ts";

/** Where the measuring client is, seen from the cluster: part of what a latency means. */
export type ClientLocation = "pod of the cluster" | "same host as a node" | "outside the cluster";

export const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));

export function clientLocation(
  { nodes }: Pick<ClusterFacts, "nodes">,
  env: Readonly<Record<string, string | undefined>> = process.env,
  own: readonly string[] = ownAddresses(),
): ClientLocation {
  if (env["KUBERNETES_SERVICE_HOST"] !== undefined) return "pod of the cluster";
  return nodes.some(({ address }) => own.includes(address)) ? "same host as a node" : "outside the cluster";
}

/**
 * This machine as pods reach it: what the user says, else what `cluster up` has found. `undefined`: services run in a pod.
 * @throws {KaliumError} E_CLUSTER when that is another machine
 */
export function clientAddress(
  { services }: Pick<ClusterFacts, "services">,
  given: string | undefined,
  own: readonly string[] = ownAddresses(),
): string | undefined {
  const found = given ?? (services.kind === "host" ? services.address : undefined);
  const hint =
    "Run `npm run cluster -- up --services pod`, or set KALIUM_CLIENT_ADDRESS to an address of this machine that pods reach.";
  if (found === undefined || own.includes(found)) return found;
  throw new KaliumError(
    "E_CLUSTER",
    `${found}, where pods expect the run's services, is not an address of this machine`,
    {
      hint,
    },
  );
}
