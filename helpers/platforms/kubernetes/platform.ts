import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { selectSystems } from "../../config/select-systems.ts";
import { connectCluster, type Cluster } from "../../cluster/api/connect.ts";
import { listObjects } from "../../cluster/api/objects.ts";
import { readFacts } from "../../cluster/api/read-facts.ts";
import { clusterImages } from "../../images/cluster-images.ts";
import { emptyFunction } from "../../images/empty-function.ts";
import { watchdogIdentity } from "../../images/unpacked.ts";
import { labsOn, removeLab } from "../../cluster/front/clean-up.ts";
import { startFront } from "../../cluster/front/index.ts";
import { functionLabel } from "../../cluster/provider/function-objects.ts";
import { findServicesPod } from "../../cluster/services/services-pod.ts";
import { KaliumError } from "../../base/errors.ts";
import { connectMysql, type MysqlServer } from "../../services/mysql/index.ts";
import { runtimeClassOf } from "../../runtimes/index.ts";
import { livingOwner, runDirectoryOf } from "../../sandboxes/run-directory.ts";
import { clientAddress, clientLocation } from "../../cluster/access/client-location.ts";
import { startClusterMysql } from "./mysql.ts";
import { withDeclaredClasses } from "./declared-classes.ts";
import { clusterRuntimes, commonNodes } from "./runtimes.ts";
import { refuseTooMany } from "./function-limit.ts";
import { gatewayCredentials, reachGateway } from "../../cluster/access/gateway-access.ts";
import type { StartPlatform } from "../platform.ts";
import { variantsOf } from "../variants.ts";

/** A cluster that `npm run cluster -- up` has prepared: its gateway and database, and our front before the gateway. */
export const startClusterPlatform: StartPlatform = async (config, { runId, runDirectory, measured }) => {
  await using stack = new AsyncDisposableStack();
  const { kubeconfig } = config.cluster;
  const cluster = connectCluster(kubeconfig);
  const facts = await withDeclaredClasses(cluster, await readFacts(cluster), config);
  const { namespace } = facts;
  const runtimes = clusterRuntimes(config, facts);
  const { systems } = selectSystems(config, runtimes);
  const nodes = commonNodes(systems, facts);
  const ownAddress = clientAddress(facts, config.cluster.clientAddress);
  const services = ownAddress === undefined ? await findServicesPod(cluster, facts.runId) : undefined;
  const hostAddress = ownAddress ?? services?.address ?? "";
  const dead = await removeDeadLabs(cluster, namespace);
  const { functionLimit: limit } = facts.gateway;
  refuseTooMany({ systems, measured, limit, present: await countFunctions(cluster, namespace) });

  const prefix = config.cluster.imageRegistry;
  const [images, watchdog] = await Promise.all([
    clusterImages({ variants: variantsOf(config), prefix, watchdog: config.watchdog }),
    watchdogIdentity(config.watchdog),
  ]);
  const access = stack.use(await reachGateway(facts, config.cluster));
  const mysql = await startClusterMysql(cluster, facts, { runId, runDirectory, url: config.mysql.url });
  stack.defer(() => mysql.stop());
  for (const id of dead) await dropDatabasesOf(id, mysql);
  const basicAuth = { user: "admin", password: randomBytes(24).toString("base64url") };
  const front = stack.use(
    await startFront({
      ...(kubeconfig !== undefined && { kubeconfig }),
      namespace,
      upRunId: facts.runId,
      labId: runId,
      basicAuth,
      gateway: {
        url: access.url,
        basicAuth: await gatewayCredentials(cluster, facts),
        service: facts.gateway.service,
        setsRuntimeClass: facts.gateway.kind === "kalium-bench",
      },
      runtimes: [...runtimes].flatMap(([name, answer]) => {
        if (!answer.available) return [];
        const runtimeClass = runtimeClassOf(name);
        return [{ identity: answer.identity, ...(runtimeClass !== undefined && { runtimeClass }) }];
      }),
      nodes: facts.nodes,
      lookImage: images.vanilla?.[emptyFunction.name]?.reference ?? "",
      readyTimeoutMs: config.readyTimeoutMs,
    }),
  );
  const owned = stack.move();
  return {
    gateway: { url: front.info.url, ...basicAuth, invokeUrl: access.url, functionUrl: facts.gateway.functionUrl },
    network: { kind: "cluster", hostAddress },
    mysql: mysql.info,
    runtimes,
    images,
    watchdog,
    cluster: { nodes, ...(services && { services }) },
    environment: {
      watchdog,
      lookups: "the gateway, by the cluster's own resolver; other services are known by address",
      cluster: {
        gateway: { kind: facts.gateway.kind, version: facts.gateway.version, calledBy: access.via },
        mysql: { source: facts.mysql.source, reachedBy: facts.mysql.via, storage: facts.mysql.storage },
        ...(facts.controller && { controller: facts.controller }),
        client: clientLocation(facts),
        services: services === undefined ? "on the client's machine" : `in a pod on ${services.node}`,
        nodes: facts.nodes.map(({ name, kernel, kubelet, containerRuntime, operatingSystem, cni }) => ({
          ...{ name, kernel, kubelet, containerRuntime, operatingSystem, cni },
        })),
      },
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** Whoever has deployed them. */
async function countFunctions(cluster: Cluster, namespace: string): Promise<number> {
  const kind = { apiVersion: "apps/v1", kind: "Deployment" };
  return (await listObjects(cluster, kind, { namespace, labelSelector: functionLabel })).length;
}

/**
 * Functions of runs that were killed.
 * @returns their ids
 * @throws {KaliumError} E_CLUSTER when another run still uses the cluster
 */
async function removeDeadLabs(cluster: Cluster, namespace: string): Promise<readonly string[]> {
  const labs = await labsOn(cluster, namespace);
  for (const labId of labs) {
    // The folder of a run tells who owns it; without one, it is another machine's.
    const ended = existsSync(runDirectoryOf(labId)) && (await livingOwner(labId)) === undefined;
    if (!ended) {
      throw new KaliumError("E_CLUSTER", `run ${labId} has functions on the cluster`, {
        hint: "Wait until it ends; if it was killed, run `npm run cluster -- down`.",
      });
    }
    await removeLab(cluster, namespace, labId);
  }
  return labs;
}

async function dropDatabasesOf(runId: string, { info }: MysqlServer): Promise<void> {
  const admin = connectMysql({ ...info, runId });
  try {
    await admin.dropDatabases();
  } finally {
    await admin.close();
  }
}
