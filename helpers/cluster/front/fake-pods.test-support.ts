/** For tests: what becomes of a pod, as scheduler and kubelet decide it. */
import type { V1Container, V1Deployment, V1Pod, V1PodStatus } from "@kubernetes/client-node";
import type { FakeCluster } from "./fake-state.test-support.ts";
import { changed } from "./merge-patch.test-support.ts";

export const running: V1PodStatus = {
  phase: "Running",
  podIP: "127.0.0.1",
  containerStatuses: [
    {
      name: "f",
      image: "i",
      imageID: "",
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: new Date(0) } },
    },
  ],
};

/** Of one node, in cores. */
const nodeCpu = 8;
const cores = (text = "0"): number =>
  Number.parseFloat(text) * (text.endsWith("M") ? 1e6 : text.endsWith("m") ? 1e-3 : 1);

/** Without a node for a request that none can meet. */
export function podOf(name: string, deployment: V1Deployment, fake: FakeCluster): V1Pod {
  const { metadata, spec } = deployment.spec?.template ?? {};
  const function_ = metadata?.labels?.["faas_function"] ?? "";
  const [container] = spec?.containers ?? [];
  const pod: V1Pod = { metadata: { name, labels: metadata?.labels ?? {} }, spec: spec ?? { containers: [] } };
  if (cores(container?.resources?.requests?.["cpu"]) > nodeCpu) {
    const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "Insufficient cpu" };
    return { ...pod, status: { phase: "Pending", conditions: [condition] } };
  }
  const nodeName = spec?.nodeSelector?.["kubernetes.io/hostname"] ?? "node-1";
  const status = container === undefined ? fake.podStatus(function_) : kubeletOf(container, function_, fake);
  return { ...pod, spec: changed(spec ?? { containers: [] }, { nodeName }), status };
}

function kubeletOf(
  { imagePullPolicy, env = [], startupProbe }: V1Container,
  name: string,
  fake: FakeCluster,
): V1PodStatus {
  if (imagePullPolicy === "Always" && !fake.hasRegistry) {
    const message = "failed to resolve image: no such host";
    return withContainer({ state: { waiting: { reason: "ErrImagePull", message } }, ready: false });
  }
  const early = env.some(({ name: key, value }) => key === "early_health" && value === "true");
  if (fake.startsSlowly && (!early || startupProbe === undefined)) {
    const terminated = { exitCode: 143, reason: "Error" };
    return withContainer({ restartCount: 2, ready: false, lastState: { terminated } }); // by the liveness probe
  }
  return fake.podStatus(name);
}

export const withContainer = (container: object): V1PodStatus =>
  changed(running, {
    containerStatuses: running.containerStatuses?.map((status) => ({ ...status, ...container })),
  });
