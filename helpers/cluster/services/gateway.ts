import type { V1Secret, V1Service } from "@kubernetes/client-node";
import axios from "axios";
import { poll } from "../../base/deadline.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, type NamedObject, readObject } from "../api/objects.ts";
import { forwardService } from "../api/port-forward.ts";
import { orAbsent } from "../api/refusal.ts";
import type { ClusterFacts } from "../facts.ts";
import { fieldManager, labelsOf, managedByLabel } from "../names.ts";
import { newPassword } from "../../services/mysql/names.ts";
import { importImage, type ImageArchive } from "../nodes/node-images.ts";
import {
  credentialsSecret,
  gatewayName,
  gatewayNamespace,
  gatewayPort,
  ownGatewayObjects,
} from "../provider/own-gateway.ts";
import type { PreparedNode } from "../nodes/prepared-node.ts";
import { makeNamespace } from "../up/run-marks.ts";
import { reachesFrom } from "./client-address.ts";
import { editionOf } from "./openfaas-edition.ts";
import { readyPod } from "./ready-pod.ts";

export interface GatewayChoice {
  /** `auto`: the cluster's OpenFaaS, else our own. `openfaas`: it must be there. `own`: ours, and no other may be there. */
  readonly kind: "auto" | "openfaas" | "own";
  /** Of our own gateway. Absent: built here and imported into the nodes. */
  readonly image?: string | undefined;
  /** Functions at once. Our own gateway enforces it (absent: no limit); of another it is what the user knows of it. */
  readonly functionLimit?: number | undefined;
  /** Of our own gateway: where answers of asynchronous calls may be posted beside its own functions. */
  readonly callbackHosts?: readonly string[] | undefined;
}

export interface GatewayStart {
  readonly runId: string;
  readonly choice: GatewayChoice;
  readonly nodes: readonly PreparedNode[];
  /** Builds our gateway's image. */
  readonly buildImage: () => Promise<ImageArchive>;
  readonly report: (line: string) => void;
}

type GatewayFacts = ClusterFacts["gateway"];

const serviceHeader: NamedObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: gatewayName, namespace: gatewayNamespace },
};

/** @throws {KaliumError} E_CLUSTER when there is no gateway, or it does not answer */
export async function openGateway(cluster: Cluster, start: GatewayStart): Promise<GatewayFacts> {
  const { choice, report } = start;
  const present = await readObject(cluster, serviceHeader);
  const isForeign = present !== undefined && present.metadata?.labels?.[managedByLabel] !== fieldManager;
  if (choice.kind === "own" && isForeign) {
    throw new KaliumError("E_CLUSTER", `there is an OpenFaaS gateway in namespace ${gatewayNamespace} already`, {
      hint: "Measure with it: `up` without --gateway own.",
    });
  }
  if (choice.kind === "openfaas" && !isForeign) {
    throw new KaliumError("E_CLUSTER", `there is no OpenFaaS gateway in namespace ${gatewayNamespace}`, {
      hint: "Install OpenFaaS there, or let `up` start our own gateway: --gateway own.",
    });
  }
  if (!isForeign) await startOwn(cluster, start);
  else if (choice.callbackHosts?.length) {
    report("KALIUM_CALLBACK_HOSTS has no effect: the cluster's OpenFaaS decides where answers are posted");
  }
  const found = await gatewayFacts(cluster, start.nodes);
  const { functionLimit = found.functionLimit } = choice;
  const facts = { ...found, ...(functionLimit !== undefined && { functionLimit }) };
  report(`gateway ${facts.kind} ${facts.version} at ${facts.functionUrl}`);
  return facts;
}

/** Value of `partLabel`. */
const part = "gateway";
const startTimeoutMs = 120_000;

async function startOwn(cluster: Cluster, { runId, choice, nodes, buildImage }: GatewayStart): Promise<void> {
  await makeNamespace(cluster, runId, gatewayNamespace);
  const archive = choice.image === undefined ? await buildImage() : undefined;
  if (archive !== undefined) {
    for (const { shell, containerd, journal } of nodes) await importImage(shell, containerd, journal, archive);
  }
  const image = choice.image ?? archive?.reference ?? "";
  const basicAuth = { user: "admin", password: (await presentPassword(cluster)) ?? newPassword() };
  const { functionLimit, callbackHosts } = choice;
  const settings = {
    image,
    basicAuth,
    labels: labelsOf(runId, part),
    ...(functionLimit !== undefined && { functionLimit }),
    ...(callbackHosts && { callbackHosts }),
  };
  for (const object of ownGatewayObjects(settings)) await applyObject(cluster, object as NamedObject);
  await readyPod(cluster, {
    ...{ runId, part, what: "our gateway's pod", namespace: gatewayNamespace, name: gatewayName },
    ...{ image, timeoutMs: startTimeoutMs },
    imageHint: "Name an image that the nodes can pull, or leave out --gateway-image to build and import ours.",
  });
}

const presentPassword = async (cluster: Cluster): Promise<string | undefined> =>
  (await readCredentials(cluster))?.password || undefined;

/** Of the gateway, from its Secret; `undefined` where it has none. */
export async function readCredentials(cluster: Cluster): Promise<{ user: string; password: string } | undefined> {
  const request = { name: credentialsSecret, namespace: gatewayNamespace };
  const secret: V1Secret | undefined = await orAbsent(
    cluster.ask(`read Secret ${gatewayNamespace}/${credentialsSecret}`, () =>
      cluster.core.readNamespacedSecret(request),
    ),
  );
  const text = (key: string): string =>
    Buffer.from(secret?.data?.[key] ?? "", "base64")
      .toString()
      .trim();
  return secret === undefined ? undefined : { user: text("basic-auth-user"), password: text("basic-auth-password") };
}

const answerTimeoutMs = 120_000;

/** Asks the gateway through a port-forward who it is, and finds out how it is reached. @throws {KaliumError} E_CLUSTER */
export async function gatewayFacts(
  cluster: Cluster,
  nodes: readonly Pick<PreparedNode, "shell">[],
): Promise<GatewayFacts> {
  const service = { namespace: gatewayNamespace, name: gatewayName, port: gatewayPort };
  const credentials = await readCredentials(cluster);
  let last = "";
  const information = await poll(
    { what: "the gateway to answer /system/info", timeoutMs: answerTimeoutMs, intervalMs: 500, lastReason: () => last },
    async () => {
      try {
        return await askInformation(cluster, service, credentials);
      } catch (error) {
        if (error instanceof KaliumError && error.code === "E_CLUSTER") throw error;
        last = messageOf(error);
        return undefined;
      }
    },
  );
  const urls = await urlsOf(cluster, nodes);
  const [best] = urls;
  if (best === undefined)
    throw new KaliumError("E_CLUSTER", "the gateway's Service has no address that a node can reach");
  return {
    ...editionOf(information),
    service,
    urls: [...urls],
    functionUrl: best.url,
    ...(credentials && { credentials: { namespace: gatewayNamespace, name: credentialsSecret } }),
  };
}

async function askInformation(
  cluster: Cluster,
  service: GatewayFacts["service"],
  credentials: Awaited<ReturnType<typeof readCredentials>>,
): Promise<unknown> {
  await using forwarded = await forwardService(cluster, service);
  const { host, port } = forwarded.endpoint;
  const answer = await axios.get<unknown>(`http://${host}:${port}/system/info`, {
    ...(credentials && { auth: { username: credentials.user, password: credentials.password } }),
    timeout: 10_000,
    validateStatus: () => true,
  });
  if (answer.status === 200) return answer.data;
  if (answer.status === 401) {
    throw new KaliumError(
      "E_CLUSTER",
      `the gateway refuses the login of Secret ${gatewayNamespace}/${credentialsSecret}`,
      {
        hint: "Make that Secret match the gateway's credentials, as OpenFaaS' own installation does.",
      },
    );
  }
  throw new Error(`it answers ${answer.status}`);
}

/** ClusterIP where the nodes have one, then the pod; the order in which a client tries them. */
async function urlsOf(cluster: Cluster, nodes: readonly Pick<PreparedNode, "shell">[]): Promise<GatewayFacts["urls"]> {
  const service = (await readObject(cluster, serviceHeader)) as V1Service | undefined;
  const clusterIp = service?.spec?.clusterIP;
  const [shell] = nodes.map((node) => node.shell);
  const reached = async (host: string, port: number): Promise<boolean> =>
    shell === undefined || (await reachesFrom(shell, host, port));
  const urls: GatewayFacts["urls"] = [];
  if (clusterIp !== undefined && clusterIp !== "None" && (await reached(clusterIp, gatewayPort))) {
    urls.push({ via: "cluster-ip", url: `http://${clusterIp}:${gatewayPort}` });
  }
  const selector = Object.entries(service?.spec?.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const { items } = await cluster.ask("list the gateway's pods", () =>
    cluster.core.listNamespacedPod({ namespace: gatewayNamespace, labelSelector: selector }),
  );
  const serves = items.find(({ metadata, status }) => status?.phase === "Running" && !metadata?.deletionTimestamp);
  const address = serves?.status?.podIP;
  if (address !== undefined && (await reached(address, gatewayPort))) {
    urls.push({ via: "pod-ip", url: `http://${address}:${gatewayPort}` });
  }
  return urls;
}
