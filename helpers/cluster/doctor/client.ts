import { type ClientLocation, clientAddress, clientLocation } from "../access/client-location.ts";
import { gatewayFailure } from "../access/gateway-access.ts";
import type { Cluster } from "../api/connect.ts";
import { factsOf } from "../api/read-facts.ts";
import type { ClusterFacts } from "../facts.ts";
import { nodeFacts } from "../nodes/select-nodes.ts";
import { findServicesPod } from "../services/services-pod.ts";
import type { Check } from "./check.ts";

/** Where this machine is, seen from the cluster, and what follows for a run. @throws {KaliumError} what a run would throw */
export async function checkClient(cluster: Cluster): Promise<readonly Check[]> {
  const { items } = await cluster.ask("list nodes", () => cluster.core.listNode());
  const location = clientLocation({ nodes: items.map(nodeFacts) });
  const facts = await factsOf(cluster);
  if (facts === undefined) return [{ subject: "client", state: "note", found: `${words[location]}: ${beforeUp}` }];
  return [await checkServices(cluster, facts, words[location]), await checkWay(facts)];
}

const words: Readonly<Record<ClientLocation, string>> = {
  "pod of the cluster": "this is a pod of the cluster",
  "same host as a node": "this machine is the host of a node",
  "outside the cluster": "this machine is not one of the nodes",
};

const beforeUp =
  "`up` tests whether a node reaches it. If so, runs start image server, mail sink and the embedded guard here, otherwise in a pod";

/** Where functions will find the services of a run. */
async function checkServices(cluster: Cluster, facts: ClusterFacts, where: string): Promise<Check> {
  const address = clientAddress(facts, undefined);
  if (address !== undefined) {
    return { subject: "client", state: "good", found: `${where}; pods reach its services at ${address}` };
  }
  const { namespace, pod, node } = await findServicesPod(cluster, facts.runId);
  return {
    subject: "client",
    state: "good",
    found: `${where}; runs start their services in ${namespace}/${pod} on ${node}`,
  };
}

/** Where measured calls will go. */
async function checkWay({ gateway: { urls } }: ClusterFacts): Promise<Check> {
  const subject = "measured calls";
  const failures: string[] = [];
  for (const { via, url } of urls) {
    const failure = await gatewayFailure(url);
    if (failure === undefined) return { subject, state: "good", found: `go to ${url} (${via})` };
    failures.push(`${url}: ${failure}`);
  }
  return {
    subject,
    state: "note",
    found: `no address of the gateway answers this machine, so they use a port-forward, which adds to every latency; ${failures.join("; ")}`,
    next: "Set KALIUM_GATEWAY_URL to an address of the gateway that this machine reaches, or measure from inside the cluster's network",
  };
}
