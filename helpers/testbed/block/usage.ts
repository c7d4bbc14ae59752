import type { MeasuredFunction } from "../../contracts/application.ts";
import { guardsOf } from "../../guards/index.ts";
import { type BlockUsage, sumUsage } from "../../measure/price.ts";
import { groupFolders, readGroupUsage, readProcessCpu } from "../../sandboxes/usage/read.ts";
import type { Services } from "../suite/services.ts";
import type { DeployedInstance } from "./deploy-block.ts";

/**
 * What counts the usage of a block's sandboxes, and of the processes beside them: of this machine's, where they have
 * control groups. `undefined`: the user asked for latency alone, or nobody can tell.
 */
export function blockUsage(
  { entry }: Pick<MeasuredFunction, "entry">,
  instances: readonly DeployedInstance[],
  { lab, systems }: Pick<Services, "lab" | "systems">,
): BlockUsage | undefined {
  if (lab.config.metrics === "latency" || lab.cluster !== undefined) return undefined;
  return countUsage(instances, { entry, parts: sharedParts({ lab, systems }) });
}

/** @param entry the function whose start is the system's. `undefined` where no instance has a control group */
export function countUsage(
  instances: readonly DeployedInstance[],
  { entry, parts }: { readonly entry: string; readonly parts: readonly SharedPart[] },
): BlockUsage | undefined {
  const located = instances.map(({ cgroup, ...rest }) => ({
    ...rest,
    folders: cgroup === undefined ? undefined : groupFolders(cgroup),
  }));
  const version = located.find(({ folders }) => folders !== undefined)?.folders?.version;
  if (version === undefined) return undefined;
  const bySystem = Map.groupBy(located, ({ system }) => system);
  return {
    source: `cgroup-v${version}`,
    systems: new Map(
      [...bySystem].map(([system, own]) => {
        const starts = own.filter((instance) => instance.function === entry).map(({ startNs }) => startNs);
        const startNs = starts.reduce((sum, ns) => sum + ns, 0) / starts.length;
        return [system, { instances: own.length, ...(starts.length > 0 && { startNs }) }];
      }),
    ),
    shared: new Map(parts.map(({ part, served }) => [part, served])),
    read: () => ({
      systems: new Map(
        [...bySystem].map(([system, own]) => [
          system,
          sumUsage(own.map(({ folders }) => folders && readGroupUsage(folders))),
        ]),
      ),
      sharedCpuNs: new Map(
        parts.flatMap(({ part, pids }) => {
          const times = pids.map(readProcessCpu).filter((ns) => ns !== undefined);
          return times.length < pids.length ? [] : [[part, times.reduce((sum, ns) => sum + ns, 0)] as const];
        }),
      ),
    }),
  };
}

/** Processes of this machine outside the sandboxes. */
export interface SharedPart {
  readonly part: string;
  readonly pids: readonly number[];
  /** Systems. */
  readonly served: readonly string[];
}

/** Processes of this machine that serve the block's calls from outside the sandboxes. */
function sharedParts({ lab, systems }: Pick<Services, "lab" | "systems">): readonly SharedPart[] {
  const all = systems.map(({ name }) => name);
  const services = [
    { part: "gateway", pid: lab.gateway.pid },
    { part: "database", pid: lab.mysql.pid },
  ].flatMap(({ part, pid }) => (pid === undefined ? [] : [{ part, pids: [pid], served: all }]));
  const guards = guardsOf(systems).map(({ name, concerns, processes }) => ({
    part: name,
    pids: processes?.(lab) ?? [],
    served: systems.filter(concerns).map((system) => system.name),
  }));
  return [...services, ...guards.filter(({ pids }) => pids.length > 0)];
}
