/** RuntimeClasses of a cluster that the user's file declares: docs/runtimes.md. */
import type { DeclaredClass } from "../contracts/declarations.ts";
import type { Runtime } from "../contracts/runtime.ts";
import { gvisorProblem, hostKernelProblem, ownKernelProblem } from "./inside.ts";

const problems: Readonly<Record<NonNullable<DeclaredClass["kernel"]>, Runtime["insideProblem"]>> = {
  gvisor: gvisorProblem,
  own: ownKernelProblem,
  node: hostKernelProblem,
};

/** The cluster says that a pod has this class; what its nodes start for it can only be seen from inside. */
export function classRuntime({ name, class: runtimeClass, kernel }: DeclaredClass): Runtime {
  const onMachine = {
    reason: `RuntimeClass ${runtimeClass} exists only on a cluster`,
    hint: "Use KALIUM_PLATFORM=kubernetes, or name other systems in KALIUM_SYSTEMS",
  };
  return {
    name,
    kind: kernel === "gvisor" ? "gvisor" : "container",
    onCluster: { runtimeClass },
    onMachine,
    open: () => Promise.resolve({ available: false, ...onMachine }),
    insideProblem: (inside, kernelRelease) =>
      kernel === undefined ? undefined : problems[kernel](inside, kernelRelease),
    unproven: (inside, kernelRelease) =>
      gvisorProblem(inside) === undefined || ownKernelProblem(inside, kernelRelease) === undefined
        ? undefined
        : `only the RuntimeClass ${runtimeClass} of its pod says what it is; from inside it looks like any container on the node's kernel`,
  };
}
