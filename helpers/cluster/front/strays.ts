import type { V1Pod } from "@kubernetes/client-node";
import type { Trouble } from "./pod-trouble.ts";
import { isOutside, type Wanted } from "./wanted.ts";

/** Watches that no pod of a function gets a node without its runtime, whatever the provider does. */
export interface Strays {
  /** To be called before the deployment is asked for. */
  readonly expect: (wanted: Wanted) => void;
  readonly look: (pod: V1Pod) => void;
  /** What the watch has seen of a deployment. Never forgotten. */
  readonly of: (wanted: Wanted) => Trouble | undefined;
}

export function watchStrays(): Strays {
  const expected = new Map<string, Wanted>();
  const seen = new Map<string, Trouble>();
  return {
    expect: (wanted) => {
      for (const [id, { name }] of expected) if (name === wanted.name) expected.delete(id);
      expected.set(wanted.deployment, wanted);
    },
    look: (pod) => {
      for (const wanted of expected.values()) {
        if (isOutside(pod, wanted) && !seen.has(wanted.deployment))
          seen.set(wanted.deployment, troubleOfStray(pod, wanted));
      }
    },
    of: ({ deployment }) => seen.get(deployment),
  };
}

const troubleOfStray = ({ metadata, spec }: V1Pod, { runtimeClass = "runc" }: Wanted): Trouble => ({
  kind: "outside",
  reason: `${metadata?.name ?? "a pod"} was started on ${spec?.nodeName ?? "a node"} under RuntimeClass ${spec?.runtimeClassName ?? "(none)"} instead of ${runtimeClass}`,
  hint: "Run `npm run cluster -- doctor`.",
  final: true,
});
