import type { V1Deployment, V1Secret, V1Service } from "@kubernetes/client-node";
import { StorageV1Api } from "@kubernetes/client-node";
import { createTablesSql, resetSql } from "../../../fixtures/hello-retail/database/index.ts";
import { newPassword } from "../../services/mysql/names.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, readObject } from "../api/objects.ts";
import type { ClusterFacts } from "../facts.ts";
import { functionNamespace, labelsOf } from "../names.ts";
import type { ImageArchive } from "../nodes/node-images.ts";
import type { NodeShell } from "../nodes/node-shell.ts";
import { reachesFrom } from "./client-address.ts";
import { buildMysqlImage } from "./mysql-image.ts";
import { mysqlName, mysqlObjects, type MysqlPod, mysqlPort } from "./mysql-manifests.ts";
import { tryMysql } from "./mysql-trial.ts";
import { readyPod } from "./ready-pod.ts";

export interface MysqlChoice {
  /** A server of the user's that pods can reach. */
  readonly url?: string | undefined;
  /** Image of the pod, or `local`: this machine's own server, imported into the nodes. Absent: see `mysqlSource`. */
  readonly image?: string | undefined;
  /** GiB of a claim; 0: the pod's own disk. */
  readonly storageGib?: number | undefined;
  readonly storageClass?: string | undefined;
}

export interface ChosenImage {
  readonly reference: string;
  readonly archive?: ImageArchive;
}

const usualImage = "mysql:8.4";

/**
 * Name of the image, or `local`; `undefined` for the user's own server. Without a choice it is the image of the server that
 * runs already, so that `up` may be repeated with fewer options.
 */
export const mysqlSource = async (cluster: Cluster, { url, image }: MysqlChoice): Promise<string | undefined> =>
  url === undefined ? (image ?? (await presentImage(cluster)) ?? usualImage) : undefined;

/** @throws {KaliumError} E_MYSQL when the source is `local` and this machine has no server */
export async function mysqlImage(cluster: Cluster, choice: MysqlChoice): Promise<ChosenImage | undefined> {
  const image = await mysqlSource(cluster, choice);
  if (image === undefined) return undefined;
  if (image !== "local") return { reference: image };
  const archive = await buildMysqlImage();
  return { reference: archive.reference, archive };
}

export interface MysqlStart {
  readonly runId: string;
  readonly choice: MysqlChoice;
  readonly image: string | undefined;
  readonly shell: NodeShell;
  readonly report: (line: string) => void;
}

const startTimeoutMs = 180_000;

/**
 * Starts the database server, or takes the user's, and proves it: a database is made with all tables and rows, and
 * removed. @throws {KaliumError} E_MYSQL, E_CLUSTER with the reason of the pod
 */
export async function startMysqlPod(cluster: Cluster, start: MysqlStart): Promise<ClusterFacts["mysql"]> {
  const facts =
    start.image === undefined ? await givenServer(cluster, start) : await serverPod(cluster, start, start.image);
  const server = await tryMysql(cluster, facts, start.runId, [...createTablesSql(), resetSql()]);
  start.report(
    `MySQL ${server.version} at ${facts.functionEndpoint.host}:${facts.functionEndpoint.port} (${facts.via})`,
  );
  return { ...facts, ...server };
}

async function serverPod(
  cluster: Cluster,
  { runId, choice, shell }: MysqlStart,
  image: string,
): Promise<ClusterFacts["mysql"]> {
  const storage = await chooseStorage(cluster, choice);
  const rootPassword = (await presentPassword(cluster)) ?? newPassword();
  for (const object of mysqlObjects({ runId, image, rootPassword, storage })) await applyObject(cluster, object);
  const podAddress = await readyPod(cluster, {
    ...{ runId, part: "mysql", what: "the database server's pod", namespace: functionNamespace, name: mysqlName },
    ...{ image, timeoutMs: startTimeoutMs },
    imageHint:
      "Name an image that the nodes can pull, or use `--mysql-image local` to import this machine's own server.",
  });
  const clusterIp = await clusterIpOf(cluster);
  const byService = clusterIp !== undefined && (await reachesFrom(shell, clusterIp, mysqlPort));
  return {
    source: "pod",
    functionEndpoint: { host: byService ? clusterIp : podAddress, port: mysqlPort },
    via: byService ? "service" : "pod",
    service: { namespace: functionNamespace, name: mysqlName, port: mysqlPort },
    adminSecret: { namespace: functionNamespace, name: mysqlName },
    accountHost: "%",
    version: "",
    sqlMode: "",
    image,
    storage: storage.kind === "claim" ? "persistent-volume-claim" : "empty-dir",
  };
}

/** A claim where the cluster can serve one, else the pod's own disk. */
async function chooseStorage(
  cluster: Cluster,
  { storageGib, storageClass }: MysqlChoice,
): Promise<MysqlPod["storage"]> {
  if (storageGib === 0) return { kind: "pod" };
  if (storageClass !== undefined || storageGib !== undefined)
    return { kind: "claim", sizeGib: storageGib ?? 1, storageClass };
  const { items } = await cluster.ask("list storage classes", () =>
    cluster.config.makeApiClient(StorageV1Api).listStorageClass(),
  );
  const isDefault = items.some(
    ({ metadata }) => metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  return isDefault ? { kind: "claim", sizeGib: 1 } : { kind: "pod" };
}

/** Of an earlier, unfinished `up`: the data that may exist already was made with it. */
async function presentPassword(cluster: Cluster): Promise<string | undefined> {
  const header = { apiVersion: "v1", kind: "Secret", metadata: { name: mysqlName, namespace: functionNamespace } };
  const secret = (await readObject(cluster, header)) as V1Secret | undefined;
  const password = secret?.data?.["password"];
  return password === undefined ? undefined : Buffer.from(password, "base64").toString();
}

async function presentImage(cluster: Cluster): Promise<string | undefined> {
  const metadata = { name: mysqlName, namespace: functionNamespace };
  const header = { apiVersion: "apps/v1", kind: "Deployment", metadata };
  const deployment = (await readObject(cluster, header)) as V1Deployment | undefined;
  return deployment?.spec?.template.spec?.containers[0]?.image;
}

async function clusterIpOf(cluster: Cluster): Promise<string | undefined> {
  const header = { apiVersion: "v1", kind: "Service", metadata: { name: mysqlName, namespace: functionNamespace } };
  const address = ((await readObject(cluster, header)) as V1Service | undefined)?.spec?.clusterIP;
  return address === "None" ? undefined : address;
}

/** The account goes into a Secret of ours, because the facts may name no password. */
async function givenServer(
  cluster: Cluster,
  { runId, choice: { url = "" } }: MysqlStart,
): Promise<ClusterFacts["mysql"]> {
  const { hostname: host, port, username, password } = new URL(url);
  const metadata = { name: mysqlName, namespace: functionNamespace, labels: labelsOf(runId, "mysql") };
  const encode = (text: string): string => Buffer.from(decodeURIComponent(text)).toString("base64");
  const secret = { apiVersion: "v1", kind: "Secret", type: "Opaque", metadata };
  await applyObject(cluster, { ...secret, data: { user: encode(username), password: encode(password) } });
  return {
    source: "url",
    functionEndpoint: { host, port: port === "" ? mysqlPort : Number(port) },
    via: "given",
    adminSecret: { namespace: functionNamespace, name: mysqlName },
    accountHost: "%",
    version: "",
    sqlMode: "",
  };
}
