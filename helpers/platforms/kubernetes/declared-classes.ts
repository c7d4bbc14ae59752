import type { V1Node, V1RuntimeClass } from "@kubernetes/client-node";
import type { Cluster } from "../../cluster/api/connect.ts";
import { listObjects, readObject } from "../../cluster/api/objects.ts";
import type { ClusterFacts } from "../../cluster/facts.ts";
import type { Config } from "../../config/config.ts";
import { systemNamed } from "../../config/systems.ts";
import type { DeclaredClass } from "../../contracts/declarations.ts";
import { declarations } from "../../runtimes/declared.ts";

type RuntimeFacts = ClusterFacts["runtimes"][number];

/** The same facts, with the RuntimeClasses that the chosen systems of the user's file name, as the cluster has them. */
export async function withDeclaredClasses(
  cluster: Cluster,
  facts: ClusterFacts,
  { systems }: Pick<Config, "systems">,
): Promise<ClusterFacts> {
  const chosen = new Set(systems.map((name) => systemNamed(name).runtime));
  const wanted = (declarations()?.runtimes ?? []).filter(
    (runtime) => runtime.kind === "class" && chosen.has(runtime.name),
  );
  if (wanted.length === 0) return facts;
  const nodes = (await listObjects(cluster, { apiVersion: "v1", kind: "Node" }, {})) as readonly V1Node[];
  const prepared = nodes.filter(({ metadata }) => facts.nodes.some(({ name }) => name === metadata?.name));
  const found = await Promise.all(
    wanted.map(async (declared) => {
      if (declared.kind !== "class") return [];
      const header = { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: declared.class } };
      const object = (await readObject(cluster, header)) as V1RuntimeClass | undefined;
      return object === undefined ? [] : [classFacts(declared, object, prepared)];
    }),
  );
  return { ...facts, runtimes: [...facts.runtimes, ...found.flat()] };
}

/** Pure. @param nodes that `up` has prepared */
export function classFacts(
  { name, class: runtimeClass }: DeclaredClass,
  { handler, scheduling }: Pick<V1RuntimeClass, "handler" | "scheduling">,
  nodes: readonly V1Node[],
): RuntimeFacts {
  const selector = Object.entries(scheduling?.nodeSelector ?? {});
  const fits = ({ metadata }: V1Node): boolean => selector.every(([key, value]) => metadata?.labels?.[key] === value);
  return {
    runtime: name,
    runtimeClass,
    handler,
    version: `RuntimeClass ${runtimeClass}, handler ${handler}`,
    sha256: "unknown", // which program its handler starts, only the nodes know
    binary: handler,
    network: "as its class sets it up",
    nodes: nodes.filter(fits).flatMap(({ metadata }) => metadata?.name ?? []),
  };
}
