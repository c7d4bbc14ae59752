import type { V1Container, V1Deployment, V1Pod } from "@kubernetes/client-node";

/** Why a function has no pod that answers, in words for the user. */
export interface Trouble {
  readonly kind:
    "image" | "crash" | "create" | "runtime-class" | "unschedulable" | "evicted" | "node-lost" | "rejected" | "outside";
  readonly reason: string;
  /** The next command. */
  readonly hint: string;
  /** Waiting does not help. */
  readonly final: boolean;
}

const doctor = "Run `npm run cluster -- doctor`.";
const up = "Run `npm run cluster -- up`.";
/** What may help depends on where the node looks: loaded images do not count by a pod that always pulls. */
function imageHint({ image = "", imagePullPolicy }: Partial<V1Container> = {}): string {
  const [host = ""] = image.split("/");
  const named = image.includes("/") && /[.:]|^localhost$/.test(host);
  const push = `npm run images -- push --registry ${named ? host : "REGISTRY"}`;
  if (imagePullPolicy === "Always" || named) {
    return `${imagePullPolicy === "Always" ? "The pod always pulls, so it does not use loaded images" : "The node does not have it and queries the registry"}: ${push}, and let the nodes pull from there${named ? "" : ": KALIUM_IMAGE_REGISTRY"}`;
  }
  return "npm run images -- load (again after each change of the sources or of Node, and for each node)";
}

/** Restarts after which a crash counts as the function's way. */
const patience = 2;

/** What the Deployment says where there is no pod at all: the API server refused to make one. */
export function admissionTrouble({ status }: V1Deployment): Trouble | undefined {
  const failure = status?.conditions?.find(({ type, status: value }) => type === "ReplicaFailure" && value === "True");
  const reason = failure?.message;
  if (reason === undefined) return undefined;
  return /RuntimeClass .* not found/i.test(reason)
    ? { kind: "runtime-class", reason, hint: up, final: true }
    : { kind: "rejected", reason, hint: doctor, final: true };
}

/**
 * What keeps a pod from answering; `undefined` while it is only starting.
 * @param surroundings `nodeReady`: of its node, where it has one; `events`: messages of warnings about it, oldest first
 */
export function troubleOf(
  { metadata, spec, status }: V1Pod,
  { nodeReady = true, events = [] }: { readonly nodeReady?: boolean; readonly events?: readonly string[] } = {},
): Trouble | undefined {
  const name = metadata?.name ?? "the pod";
  const node = spec?.nodeName ?? "its node";
  const disruption = status?.conditions?.find(
    ({ type, status: value }) => type === "DisruptionTarget" && value === "True",
  );
  if (!nodeReady) {
    const hint = `Run kubectl describe node ${node}, then npm run cluster -- doctor`;
    return { kind: "node-lost", reason: `${node}, the node of ${name}, is not ready`, hint, final: false };
  }
  if (status?.reason === "Evicted" || disruption !== undefined) {
    const why = status?.message ?? disruption?.message ?? status?.reason ?? "no reason given";
    const hint = `Run kubectl describe node ${node}`;
    return { kind: "evicted", reason: `${name} was evicted from ${node}: ${why}`, hint, final: false };
  }
  const scheduled = status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") {
    const reason = `${name} cannot be scheduled: ${scheduled.message ?? scheduled.reason ?? ""}`;
    return { kind: "unschedulable", reason, hint: doctor, final: false };
  }
  const [container] = status?.containerStatuses ?? [];
  const waiting = container?.state?.waiting;
  const ended = container?.lastState?.terminated ?? container?.state?.terminated;
  if (waiting?.reason !== undefined && /Image/.test(waiting.reason)) {
    return {
      kind: "image",
      reason: `${container?.image ?? "the image"} cannot be pulled: ${waiting.message ?? waiting.reason}`,
      hint: imageHint(spec?.containers[0]),
      final: waiting.reason !== "ErrImagePull", // it is tried once more then
    };
  }
  if (ended !== undefined) {
    const restarts = container?.restartCount ?? 0;
    const ends = restarts + (container?.state?.running === undefined ? 1 : 0);
    const how = ended.reason === "OOMKilled" ? "it reached its memory limit" : `exit code ${ended.exitCode}`;
    return {
      kind: "crash",
      reason: `${name} ended${ends <= 1 ? "" : ` ${ends} times, last`}: ${how}${ended.message === undefined ? "" : `: ${ended.message}`}`,
      hint: `Run kubectl -n ${metadata?.namespace ?? "openfaas-fn"} logs ${name} --previous`,
      final: restarts >= patience,
    };
  }
  if (waiting?.reason !== undefined && /Error$/.test(waiting.reason)) {
    const reason = `${name}: ${waiting.reason}: ${waiting.message ?? ""}`;
    return { kind: "create", reason, hint: doctor, final: waiting.reason === "CreateContainerConfigError" };
  }
  const sandbox = events.findLast((message) => /sandbox/i.test(message));
  if (sandbox === undefined) return undefined;
  const unknownHandler = /no runtime for|runtime handler|unknown runtime/i.test(sandbox);
  return {
    kind: unknownHandler ? "runtime-class" : "create",
    reason: `${name} on ${node}: ${sandbox}`,
    hint: unknownHandler ? up : doctor,
    final: unknownHandler,
  };
}
