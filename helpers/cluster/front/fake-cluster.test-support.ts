/** For tests: an API server and OpenFaaS Community Edition on it, as far as the front process talks to them, in memory. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Deployment, V1Node, V1Pod, V1RuntimeClass } from "@kubernetes/client-node";
import fastify, { type FastifyInstance } from "fastify";
import { addApi } from "./fake-api.test-support.ts";
import type { FakeCluster, Labelled } from "./fake-state.test-support.ts";
import { addGateway } from "./fake-gateway.test-support.ts";
import { podOf, running } from "./fake-pods.test-support.ts";
import { changed } from "./merge-patch.test-support.ts";

export async function startFakeCluster(): Promise<FakeCluster> {
  const deployments = new Map<string, V1Deployment>();
  const pods = new Map<string, V1Pod>();
  const secrets = new Map<string, Labelled>();
  const nodes = new Map<string, V1Node>();
  const classes = new Map<string, V1RuntimeClass>();
  const watchers = new Set<ServerResponse>();
  const calls: string[] = [];
  let version = 0;
  const tell = (type: string, object: V1Pod): void => {
    for (const watcher of watchers) watcher.write(`${JSON.stringify({ type, object })}\n`);
  };
  const setPod = (pod: V1Pod): void => {
    const name = pod.metadata?.name ?? "";
    const type = pods.has(name) ? "MODIFIED" : "ADDED";
    const stored = changed(pod, { metadata: { namespace: "fn", resourceVersion: String(++version) } });
    pods.set(name, stored);
    tell(type, stored);
  };
  const deletePod = (name: string): void => {
    const pod = pods.get(name);
    pods.delete(name);
    if (pod !== undefined) tell("DELETED", changed(pod, { metadata: { resourceVersion: String(++version) } }));
  };
  const end = (name: string, pod: V1Pod): void => {
    if (pod.spec?.nodeName === undefined || fake.endMs === 0) {
      deletePod(name);
      return;
    }
    setPod(changed(pod, { metadata: { deletionTimestamp: new Date(0) } }));
    setTimeout(() => deletePod(name), fake.endMs).unref();
  };
  /** As the controllers do: pods of an older template go, one of the new comes. */
  const reconcile = (name: string): void => {
    for (const [pod, object] of [...pods]) if (object.metadata?.labels?.["faas_function"] === name) end(pod, object);
    const deployment = deployments.get(name);
    if (deployment === undefined) return;
    const pod = podOf(`${name}-${++version}`, deployment, fake);
    if (pod.spec?.nodeName !== undefined) fake.started.push(pod.spec.runtimeClassName ?? "");
    setPod(pod);
  };
  const next = (): string => String(++version);

  const api = fastify({ forceCloseConnections: true });
  const summary = (): unknown => fake.summary;
  addApi(api, {
    deployments,
    pods,
    secrets,
    nodes,
    classes,
    watchers,
    summary,
    reconcile,
    version: () => version,
    next,
  });
  const gateway = fastify({ forceCloseConnections: true });
  addGateway(gateway, { fake: () => fake, reconcile, next });
  for (const app of [api, gateway]) await app.listen({ host: "127.0.0.1", port: 0 });
  const url = (app: FastifyInstance): string => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const folder = await mkdtemp(join(tmpdir(), "kb-fake-cluster-"));
  const kubeconfig = join(folder, "kubeconfig");
  const named = { apiVersion: "v1", kind: "Config", "current-context": "c" };
  const contexts = [{ name: "c", context: { cluster: "c", user: "u" } }];
  const users = [{ name: "u", user: { token: "t" } }];
  await writeFile(
    kubeconfig,
    JSON.stringify({
      ...named,
      contexts,
      users,
      clusters: [{ name: "c", cluster: { server: url(api), "insecure-skip-tls-verify": true } }],
    }),
  );
  const fake: FakeCluster = {
    ...{
      kubeconfig,
      deployments,
      pods,
      secrets,
      nodes,
      classes,
      setPod,
      deletePod,
      calls,
      health: [],
      putAnswer: undefined,
    },
    ...{ dropsResources: false, hasRegistry: false, startsSlowly: false, endMs: 0, started: [] },
    gatewayUrl: url(gateway),
    podStatus: () => running,
    stopGateway: () => gateway.close(),
    [Symbol.asyncDispose]: async () => {
      for (const watcher of watchers) watcher.end();
      await Promise.all([api.close(), gateway.close()]);
      await rm(folder, { recursive: true });
    },
  };
  return fake;
}
