/** Between the harness and a cluster's gateway: the same REST API, completed by what only the cluster knows. */
import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { requireBasicAuth } from "../../gateway/basic-auth.ts";
import { statusOf } from "../../gateway/refusal.ts";
import { messageOf } from "../../base/errors.ts";
import { connectCluster } from "../api/connect.ts";
import { openBootLogs } from "./boot-logs.ts";
import { removeLab } from "./clean-up.ts";
import { createFunctions } from "./functions.ts";
import type { FrontSettings } from "./options.ts";
import { addRoutes } from "./routes.ts";
import { lostNodes } from "./surroundings.ts";
import { connectUpstream } from "./upstream.ts";

export interface Front {
  readonly url: string;
  /** Removes what was deployed. Idempotent. */
  readonly close: () => Promise<void>;
}

/** Shorter than our client's patience with the front. */
const longestRefusedMs = 60_000;

/** @throws {KaliumError} E_CONFIG, E_CLUSTER */
export async function createClusterFront(settings: FrontSettings): Promise<Front> {
  const cluster = connectCluster(settings.kubeconfig);
  const functions = await createFunctions(cluster, settings);
  const app = fastify({ forceCloseConnections: true });
  app.setErrorHandler((error, _, reply) =>
    reply
      .code((error as { statusCode?: number }).statusCode ?? statusOf(error))
      .type("text/plain; charset=utf-8")
      .send(messageOf(error)),
  );
  app.addHook("onRequest", requireBasicAuth(settings.basicAuth));
  const bootLogs = openBootLogs(cluster, settings);
  const refusedMs = Math.min(longestRefusedMs, settings.readyTimeoutMs);
  const upstream = connectUpstream({ ...settings.gateway, refusedMs, lostNodes: () => lostNodes(cluster) });
  addRoutes(app, { functions, upstream, bootLogs, cluster, settings });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      await app.close();
      await functions.close();
      await bootLogs.close();
      await removeLab(cluster, settings.namespace, settings.labId);
    })());
  return { url: `http://127.0.0.1:${port}`, close };
}
