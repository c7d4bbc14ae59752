import type { RuntimeName } from "../contracts.ts";

/** RuntimeClass of each runtime that a cluster can have; `undefined`: the node's default, which is runc. */
const classes: Readonly<Partial<Record<RuntimeName, string | undefined>>> = {
  runc: undefined,
  gvisor: "gvisor",
  "gvisor-ref": "gvisor-ref",
  "gvisor-stock": "gvisor-stock",
  kalium: "gvisor-kalium",
  "kalium-microbench": "gvisor-microbench",
};

/** Whether pods can run on it at all. */
export const hasRuntimeClass = (runtime: RuntimeName): boolean => Object.hasOwn(classes, runtime);

/** Name of the RuntimeClass; `undefined` for runc. */
export const runtimeClassOf = (runtime: RuntimeName): string | undefined => classes[runtime];
