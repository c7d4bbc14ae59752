import { KaliumError } from "../../base/errors.ts";
import { type ClusterFacts, parseFacts } from "../facts.ts";
import { factsConfigMap, factsKey, functionNamespace as namespace } from "../names.ts";
import type { Cluster } from "./connect.ts";
import { orAbsent } from "./refusal.ts";

/** What `cluster up` has made; `undefined` where it has not come to its end. @throws {KaliumError} E_CLUSTER, E_RECORD */
export async function factsOf(cluster: Cluster): Promise<ClusterFacts | undefined> {
  const name = factsConfigMap;
  const found = await orAbsent(
    cluster.ask(`read ConfigMap ${namespace}/${name}`, () => cluster.core.readNamespacedConfigMap({ name, namespace })),
  );
  const text = found?.data?.[factsKey];
  return text === undefined ? undefined : parseFacts(text);
}

/** What `cluster up` has made. @throws {KaliumError} E_CLUSTER when it has not, E_RECORD for those of another version */
export async function readFacts(cluster: Cluster): Promise<ClusterFacts> {
  const facts = await factsOf(cluster);
  if (facts !== undefined) return facts;
  throw new KaliumError("E_CLUSTER", `the cluster ${cluster.server} has not been prepared`, {
    hint: "Run `npm run cluster -- up`.",
  });
}
