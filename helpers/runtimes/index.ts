import type { Runtime, RuntimeSettings } from "../contracts/runtime.ts";
import type { OwnRuntimeName, RuntimeName } from "../contracts/system.ts";
import { gvisorStock, kalium, kaliumMicrobench } from "./artifact.ts";
import { declaredRuntime, declaredRuntimes, declarations } from "./declared.ts";
import { gvisor, gvisorReference } from "./gvisor.ts";
import { native } from "./native.ts";
import { runc, runcReference } from "./runc.ts";

/** Our runtimes. A name without its runtime does not compile. */
const byName: Readonly<Record<OwnRuntimeName, Runtime>> = {
  native,
  runc,
  "runc-ref": runcReference,
  gvisor,
  "gvisor-ref": gvisorReference,
  "gvisor-stock": gvisorStock,
  kalium,
  "kalium-microbench": kaliumMicrobench,
};

export const runtimes: readonly Runtime[] = Object.values(byName);

const isOwn = (name: string): name is OwnRuntimeName => Object.hasOwn(byName, name);

/** Ours, and those of the user's file that this process knows. */
export const isRuntimeName = (name: string): name is RuntimeName =>
  isOwn(name) || declarations()?.runtimes.some((each) => each.name === name) === true;

/** @throws {TypeError} for a declared one whose file this process has not been given */
export function runtimeNamed(name: RuntimeName): Runtime {
  if (isOwn(name)) return byName[name];
  const declared = declarations()?.runtimes.find((each) => each.name === name);
  if (declared === undefined) throw new TypeError(`no runtime is called ${name}`);
  return declaredRuntime(declared, declarations()?.file ?? "");
}

/** Ours, then the user's own of these settings. */
export const allRuntimes = (settings: Pick<RuntimeSettings, "declared">): readonly Runtime[] => [
  ...runtimes,
  ...declaredRuntimes(settings),
];

/** Why no instance can have this runtime on the platform, whatever is installed there; `undefined` when one may. */
export function reasonNotOn(
  platform: "local" | "kubernetes",
  name: RuntimeName,
): { readonly reason: string; readonly hint: string } | undefined {
  const { onCluster, onMachine } = runtimeNamed(name);
  if (platform === "local") return onMachine;
  return "reason" in onCluster ? onCluster : undefined;
}

/** RuntimeClass of pods on it; `undefined`: the node's own runtime. @throws {TypeError} where no pod can run on it */
export function runtimeClassOf(name: RuntimeName): string | undefined {
  const { onCluster } = runtimeNamed(name);
  if ("reason" in onCluster) throw new TypeError(onCluster.reason);
  return onCluster.runtimeClass;
}
