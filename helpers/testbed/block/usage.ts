import type { SystemPrice } from "../../../reports/records/price-record.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { guardsOf } from "../../guards/index.ts";
import { type BlockUsage, sumUsage } from "../../measure/price.ts";
import type { InstanceUsage } from "../../sandboxes/usage/parse.ts";
import { askKubelet, freshPodUsage, type FreshUsageOptions } from "../../platforms/kubernetes/fresh-usage.ts";
import { groupFolders, readGroupUsage, readInterfaces, readProcessCpu } from "../../sandboxes/usage/read.ts";
import type { Services } from "../suite/services.ts";
import type { DeployedInstance } from "./deploy-block.ts";

/**
 * What counts the usage of a block's sandboxes, and of the processes beside them: of this machine's, where they have
 * control groups; of a cluster's, where the user asked for it. `undefined`: nobody asked, or nobody can tell.
 */
export function blockUsage(
  { entry }: Pick<MeasuredFunction, "entry">,
  instances: readonly DeployedInstance[],
  { lab, systems }: Pick<Services, "lab" | "systems">,
  signal: AbortSignal,
): BlockUsage | undefined {
  const { metrics } = lab.config;
  if (metrics === "latency") return undefined;
  if (lab.cluster === undefined) return countUsage(instances, { entry, parts: sharedParts({ lab, systems }) });
  return metrics === "kubelet" ? podsUsage(instances, { entry, ask: askKubelet(lab), signal }) : undefined;
}

/** By the kubelets of a cluster's nodes, which counts after a wait, and no shared process. @param ask one of them */
export function podsUsage(
  instances: readonly DeployedInstance[],
  {
    entry,
    ask,
    ...options
  }: { readonly entry: string; readonly ask: Parameters<typeof freshPodUsage>[0] } & FreshUsageOptions,
): BlockUsage {
  const bySystem = Map.groupBy(instances, ({ system }) => system);
  const pods = instances.flatMap(({ placement }) => placement ?? []);
  return {
    source: "kubelet",
    systems: systemsOf(bySystem, entry),
    shared: new Map(),
    read: async () => {
      const { usage, ...problem } = await freshPodUsage(ask, pods, options);
      const usageOf = ({ placement }: DeployedInstance): InstanceUsage | undefined => usage.get(placement?.pod ?? "");
      return {
        systems: new Map([...bySystem].map(([system, own]) => [system, sumUsage(own.map(usageOf))])),
        sharedCpuNs: new Map(),
        ...problem,
      };
    },
  };
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
    systems: systemsOf(bySystem, entry),
    shared: new Map(parts.map(({ part, served }) => [part, served])),
    read: async () => {
      const systems = readInstances(bySystem);
      const shared = parts.map(async ({ part, cpuNs }) => [part, await cpuNs()] as const);
      const known = (await Promise.all(shared)).flatMap(([part, ns]) =>
        ns === undefined ? [] : [[part, ns] as const],
      );
      return { systems, sharedCpuNs: new Map(known) };
    },
  };
}

type Located = Pick<DeployedInstance, "interface"> & { readonly folders: ReturnType<typeof groupFolders> };

function readInstances(bySystem: ReadonlyMap<string, readonly Located[]>): ReadonlyMap<string, InstanceUsage> {
  const interfaces = readInterfaces();
  const usageOf = ({ folders, interface: name }: Located): InstanceUsage => ({
    ...(folders && readGroupUsage(folders)),
    ...(name !== undefined && interfaces.get(name)),
  });
  return new Map([...bySystem].map(([system, own]) => [system, sumUsage(own.map(usageOf))]));
}

type Startable = Pick<DeployedInstance, "function" | "startNs" | "stages">;

const systemsOf = (bySystem: ReadonlyMap<string, readonly Startable[]>, entry: string): BlockUsage["systems"] =>
  new Map(
    [...bySystem].map(([system, own]) => {
      const measured = own.filter((instance) => instance.function === entry);
      return [system, { instances: own.length, ...startOf(measured) }];
    }),
  );

/** Means over instances; parts of the start where all of them know theirs. */
function startOf(instances: readonly Startable[]): Pick<SystemPrice, "startNs" | "startStages"> {
  if (instances.length === 0) return {};
  const startNs = meanNs(instances.map((instance) => instance.startNs));
  const known = instances.flatMap(({ stages }) => stages ?? []);
  if (known.length < instances.length) return { startNs };
  const startStages = {
    networkNs: meanNs(known.map(({ networkNs }) => networkNs)),
    createNs: meanNs(known.map(({ createNs }) => createNs)),
    runtimeNs: meanNs(known.map(({ runtimeNs }) => runtimeNs)),
    programNs: meanNs(known.map(({ programNs }) => programNs)),
    answerNs: meanNs(known.map(({ answerNs }) => answerNs)),
  };
  return { startNs, startStages };
}

const meanNs = (values: readonly number[]): number =>
  Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);

/** What works for the block outside its sandboxes. */
export interface SharedPart {
  readonly part: string;
  /** Processor time until now. `undefined`: nobody can tell. */
  readonly cpuNs: () => number | undefined | Promise<number | undefined>;
  /** Systems. */
  readonly served: readonly string[];
}

function sharedParts({ lab, systems }: Pick<Services, "lab" | "systems">): readonly SharedPart[] {
  const all = systems.map(({ name }) => name);
  const services = [
    { part: "gateway", pid: lab.gateway.pid },
    { part: "database", pid: lab.mysql.pid },
  ].flatMap(({ part, pid }) => (pid === undefined ? [] : [{ part, cpuNs: () => readProcessCpu(pid), served: all }]));
  const guards = guardsOf(systems).flatMap(({ name, concerns, cpuNs }) => {
    if (cpuNs === undefined) return [];
    const served = systems.filter(concerns).map((system) => system.name);
    return [{ part: name, cpuNs: () => cpuNs(lab), served }];
  });
  return [...services, ...guards];
}
