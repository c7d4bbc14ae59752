import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";

/** Why a pod does not run, in one line: `ImagePullBackOff: ...`, `Unschedulable: ...`; `Running` when it does. */
export function describePod({ status, metadata }: V1Pod): string {
  if (metadata?.deletionTimestamp !== undefined) return "is being deleted";
  for (const container of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
    const words = describeContainer(container);
    if (words !== undefined) return words;
  }
  if (status?.reason !== undefined) return join(status.reason, status.message);
  const failing = status?.conditions?.find(
    (condition) => condition.status === "False" && condition.message !== undefined,
  );
  if (status?.phase !== "Running" && failing !== undefined)
    return join(failing.reason ?? failing.type, failing.message);
  return status?.phase ?? "has no state yet";
}

function describeContainer({ state, lastState }: V1ContainerStatus): string | undefined {
  const { waiting, terminated } = state ?? {};
  if (terminated !== undefined) {
    return join(terminated.reason ?? "ended", terminated.message ?? `exit code ${terminated.exitCode}`);
  }
  if (waiting === undefined || waiting.reason === "ContainerCreating" || waiting.reason === "PodInitializing")
    return undefined;
  const before = lastState?.terminated;
  const exit = before === undefined ? "" : `; last time: ${before.message ?? `exit code ${before.exitCode}`}`;
  return `${join(waiting.reason ?? "waiting", waiting.message)}${exit}`;
}

const join = (reason: string, message: string | undefined): string =>
  message === undefined || message === "" ? reason : `${reason}: ${message.trim()}`;
