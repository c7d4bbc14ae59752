import type { V1Pod } from "@kubernetes/client-node";
import type { Placement, RuntimeIdentity, RuntimeProof } from "../../contracts/proof.ts";
import { nowNs } from "../../base/clock.ts";
import { poll } from "../../base/deadline.ts";
import { messageOf } from "../../base/errors.ts";
import { getOnce, readinessOf, type ReadinessQuestion } from "../../gateway/readiness.ts";
import { insideSchema } from "../../gateway/runtime-proof.ts";
import { guessWatchdogSettings } from "../../gateway/watchdog-settings.ts";
import { watchdogPort } from "../../images/in-image.ts";
import type { Cluster } from "../api/connect.ts";
import { lookInPod } from "./look-in-pod.ts";

/** A pod of a function that answers, by its own address and through the gateway. */
export interface ProvenPod {
  readonly proof: RuntimeProof;
  readonly placement: Placement;
  /** Of the watchdog in the pod; absent where this machine does not reach pods. */
  readonly url?: string;
}

/** Answered by the function itself: the watchdog's own `/_/health` says 200 before the function listens. */
export const sandboxPath = "/_/sandbox";
/** Of OpenFaaS' watchdogs, for a function in an image of others: anything else would call it. */
const healthPath = "/_/health";
const pauseMs = 200;

/** By what the deployment says; the variables that its image sets are not known here. */
export const readinessOfOthers = (env: Readonly<Record<string, string>>): ReadinessQuestion =>
  readinessOf({ image: { kind: "fetched" }, env, watchdog: guessWatchdogSettings(env) });

/** A restart of the container is a new instance in the same pod. */
export function instanceOf({ metadata, status }: V1Pod): string {
  const restarts = status?.containerStatuses?.[0]?.restartCount ?? 0;
  return `${metadata?.name ?? ""}${restarts === 0 ? "" : `-restart-${restarts}`}`;
}

/** The pod's name. */
export const podNameOf = (instance: string): string => instance.replace(/-restart-\d+$/, "");

export const podRuns = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined && status?.containerStatuses?.[0]?.state?.running !== undefined;

export interface ProofContext {
  readonly cluster: Cluster;
  /** The function's name at the gateway. */
  readonly name: string;
  readonly identity: RuntimeIdentity;
  readonly readiness: ReadinessQuestion;
  /** Root under which the gateway calls functions. */
  readonly invokeUrl: string;
  /** When the pod was first seen, ns. */
  readonly seenNs: number;
  readonly kernelOf: (node: string) => string;
  /** Looks in the function's place, where its image is not ours. */
  readonly lookImage?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the pod has answered for itself, then until the function answers through the gateway, as it will be called.
 * @throws {KaliumError} E_TIMEOUT with the last answer
 */
export async function provePod(pod: V1Pod, context: ProofContext): Promise<ProvenPod> {
  const { name, identity, readiness, invokeUrl, seenNs, kernelOf, lookImage, timeoutMs, signal } = context;
  const placement: Placement = {
    instance: instanceOf(pod),
    node: pod.spec?.nodeName ?? "",
    pod: pod.metadata?.name ?? "",
    podIp: pod.status?.podIP ?? "",
  };
  let last: string | undefined;
  const wait = { timeoutMs, signal, intervalMs: pauseMs, lastReason: () => last };
  const note = (error: unknown): undefined => void (last = messageOf(error));
  const path = lookImage === undefined ? sandboxPath : healthPath;
  const { answer, direct } = await poll({ ...wait, what: `an answer of pod ${placement.pod}` }, (deadline) =>
    ask(placement, path, { ...context, namespace: pod.metadata?.namespace ?? "", deadline }).catch(note),
  );
  const startNs = nowNs() - seenNs;
  const through = new URL(`/function/${name}${readiness.path}`, invokeUrl);
  const counts = readiness.counts ?? (({ status }) => status === 200);
  await poll({ ...wait, what: `an answer of the function at ${through.href}` }, async (deadline) => {
    const answer = await fetch(through, { signal: deadline }).catch(note);
    if (answer === undefined) return undefined;
    const { status, headers } = answer;
    const body = await answer.text();
    last = `status ${status}`;
    return !isOfGateway(status) && counts({ status, body, internal: headers.get(internalHeader) ?? undefined })
      ? true
      : undefined;
  });
  const inside =
    lookImage === undefined
      ? insideSchema.parse(answer)
      : await lookInPod(pod, { cluster: context.cluster, image: lookImage, timeoutMs, signal });
  const { runtimeClassName } = pod.spec ?? {};
  const host = {
    identity,
    argv: [],
    hostKernelAddresses: [],
    pod: {
      node: placement.node,
      kernelRelease: kernelOf(placement.node),
      ...(runtimeClassName !== undefined && { runtimeClass: runtimeClassName }),
    },
  };
  return {
    proof: { instance: placement.instance, host, inside, startNs },
    placement,
    ...(direct && { url: `http://${placement.podIp}:${watchdogPort}` }),
  };
}

const internalHeader = "x-openfaas-internal";
/** Without that header they are those of a gateway or a proxy before it. */
const isOfGateway = (status: number): boolean => status >= 502 && status <= 504;

/**
 * From the pod's own address, else by the API server: either way it is this pod and no other that answers.
 * @returns the JSON of a proof; of a health check, whatever it said
 */
async function ask(
  { pod, podIp }: Placement,
  path: string,
  { cluster, namespace, deadline }: AskContext,
): Promise<{ readonly answer: unknown; readonly direct: boolean }> {
  const checked = (body: unknown): unknown => (path === sandboxPath ? insideSchema.parse(jsonOf(body)) : body);
  const direct = await getOnce({ host: podIp, port: watchdogPort }, path, deadline).catch(() => undefined);
  if (direct?.status === 200) return { answer: checked(direct.body), direct: true };
  const answer: unknown = await cluster.ask(`reach pod ${pod}`, () =>
    cluster.core.connectGetNamespacedPodProxyWithPath({
      name: `${pod}:${watchdogPort}`,
      namespace,
      path: path.slice(1),
    }),
  );
  return { answer: checked(answer), direct: false };
}

interface AskContext extends Pick<ProofContext, "cluster"> {
  readonly namespace: string;
  readonly deadline: AbortSignal;
}

const jsonOf = (body: unknown): unknown => (typeof body === "string" ? JSON.parse(body) : body);
