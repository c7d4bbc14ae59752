import type { ClusterFacts } from "../../cluster/facts.ts";
import type { Config } from "../../config/config.ts";
import type { DeclaredClass } from "../../contracts/declarations.ts";
import type { Availability } from "../../contracts/runtime.ts";
import type { RuntimeName, System } from "../../contracts/system.ts";
import { KaliumError } from "../../base/errors.ts";
import { systemNamed } from "../../config/systems.ts";
import { declarations } from "../../runtimes/declared.ts";
import { runtimeNamed } from "../../runtimes/index.ts";

const up = "npm run cluster -- up";

/** What the runtimes of the chosen systems are on the cluster. Pure. */
export function clusterRuntimes(
  { systems }: Pick<Config, "systems">,
  { runtimes, controller }: Pick<ClusterFacts, "runtimes" | "controller">,
): ReadonlyMap<RuntimeName, Availability> {
  const chosen = systems.map((name) => systemNamed(name));
  const wanted = new Set(chosen.map(({ runtime }) => runtime));
  const needController = new Set(chosen.filter(({ guard }) => guard === "artifact").map(({ runtime }) => runtime));
  return new Map(
    [...wanted].map((runtime): [RuntimeName, Availability] => {
      const { onCluster } = runtimeNamed(runtime);
      if ("reason" in onCluster) return [runtime, { available: false, ...onCluster }];
      const known = runtimes.find((each) => each.runtime === runtime);
      const declared = declarations()?.runtimes.find(({ name }) => name === runtime);
      if (declared?.kind === "class" && (known?.nodes ?? []).length === 0)
        return [runtime, withoutClass(declared, known)];
      if (known === undefined) {
        const reason = `no node of the cluster has the runtime ${runtime}`;
        return [runtime, { available: false, reason, hint: `Run ${up}` }];
      }
      if (needController.has(runtime) && controller === undefined) {
        const reason = "the artifact's controller does not run on the cluster";
        return [runtime, { available: false, reason, hint: `Run KALIUM_BUILD=/path/to/build/bin ${up}` }];
      }
      const { version, binary, sha256, platform, network } = known;
      const identity = { runtime, version, binary, sha256, ...(platform !== undefined && { platform }), network };
      return [runtime, { available: true, identity }];
    }),
  );
}

/** @param known absent: the cluster has no such class */
function withoutClass(
  { class: name }: DeclaredClass,
  known: ClusterFacts["runtimes"][number] | undefined,
): Availability {
  const file = declarations()?.file ?? "the file";
  return known === undefined
    ? {
        available: false,
        reason: `the cluster has no RuntimeClass ${name}`,
        hint: `\`kubectl get runtimeclasses\` lists what it has; correct \`class:\` in ${file}, or create it`,
      }
    : {
        available: false,
        reason: `the node selector of RuntimeClass ${name} matches no prepared node`,
        hint: `Run ${up} -- --nodes SELECTOR with the labels that \`kubectl get runtimeclass ${name} -o yaml\` shows`,
      };
}

/**
 * Nodes that have the runtimes of all systems, sorted: a block is on one of them.
 * @throws {KaliumError} E_CLUSTER when there is none
 */
export function commonNodes(
  systems: readonly System[],
  { runtimes, nodes }: Pick<ClusterFacts, "runtimes" | "nodes">,
): readonly string[] {
  const has = (node: string, runtime: RuntimeName): boolean =>
    runtimes.some((each) => each.runtime === runtime && each.nodes.includes(node));
  const names = nodes.map(({ name }) => name).toSorted();
  const common = names.filter((node) => systems.every(({ runtime }) => has(node, runtime)));
  if (common.length > 0) return common;
  const held = systems.map(
    ({ name, runtime }) => `${name} on ${names.filter((node) => has(node, runtime)).join(", ") || "none"}`,
  );
  throw new KaliumError("E_CLUSTER", `no node has the runtimes of all systems: ${held.join("; ")}`, {
    hint: `Put them on every node with ${up}, or name fewer systems in KALIUM_SYSTEMS.`,
  });
}
