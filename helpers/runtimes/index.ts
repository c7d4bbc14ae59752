import type { Runtime } from "../contracts/runtime.ts";
import type { RuntimeName } from "../contracts/system.ts";
import { gvisorStock, kalium, kaliumMicrobench } from "./artifact.ts";
import { gvisor, gvisorReference } from "./gvisor.ts";
import { native } from "./native.ts";
import { runc, runcReference } from "./runc.ts";

/** All runtimes. A name without its runtime does not compile. */
const byName: Readonly<Record<RuntimeName, Runtime>> = {
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
export const runtimeNames: readonly RuntimeName[] = runtimes.map(({ name }) => name);

export const runtimeNamed = (name: RuntimeName): Runtime => byName[name];

/** RuntimeClass of pods on it; `undefined`: the node's own runtime. @throws {TypeError} where no pod can run on it */
export function runtimeClassOf(name: RuntimeName): string | undefined {
  const { onCluster } = runtimeNamed(name);
  if ("reason" in onCluster) throw new TypeError(onCluster.reason);
  return onCluster.runtimeClass;
}
