/** For tests: the part of an API server and of OpenFaaS CE's gateway that the front process talks to, in memory. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Deployment, V1Node, V1Pod } from "@kubernetes/client-node";
import fastify, { type FastifyInstance } from "fastify";

interface Labelled {
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly labels?: Record<string, string> };
}

export interface FakeCluster extends AsyncDisposable {
  readonly kubeconfig: string;
  readonly gatewayUrl: string;
  readonly deployments: Map<string, V1Deployment>;
  readonly pods: Map<string, V1Pod>;
  readonly secrets: Map<string, Labelled>;
  readonly nodes: Map<string, V1Node>;
  /** Answer to PUT /system/functions in place of the real one. */
  putAnswer: { status: number; body: string } | undefined;
  /** Makes a pod of a template; default: one that runs. */
  podStatus: (name: string) => NonNullable<V1Pod["status"]>;
  /** Tells the watchers. */
  readonly setPod: (pod: V1Pod) => void;
  readonly deletePod: (name: string) => void;
  readonly stopGateway: () => Promise<void>;
  /** Calls of functions that the gateway has seen. */
  readonly calls: string[];
}

export const running: NonNullable<V1Pod["status"]> = {
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

export const insideGvisor = {
  procVersion: "Linux version 4.4.0",
  procCmdline: "BOOT_IMAGE=/vmlinuz-4.4.0-gvisor",
  dmesg: "Starting gVisor...",
  nodeVersion: "v24.0.0",
};

export async function startFakeCluster(): Promise<FakeCluster> {
  const deployments = new Map<string, V1Deployment>();
  const pods = new Map<string, V1Pod>();
  const secrets = new Map<string, Labelled>();
  const nodes = new Map<string, V1Node>();
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
  /** As the controllers do: pods of an older template go, one of the new comes. */
  const reconcile = (name: string): void => {
    for (const [pod, { metadata }] of pods) if (metadata?.labels?.["faas_function"] === name) deletePod(pod);
    const template = deployments.get(name)?.spec?.template;
    if (template === undefined) return;
    const { nodeSelector = {} } = template.spec ?? {};
    const nodeName = nodeSelector["kubernetes.io/hostname"] ?? "node-1";
    setPod({
      metadata: { name: `${name}-${++version}`, labels: template.metadata?.labels ?? {} },
      spec: changed(template.spec ?? { containers: [] }, { nodeName }),
      status: fake.podStatus(name),
    });
  };

  const api = fastify({ forceCloseConnections: true });
  addApi(api, { deployments, pods, secrets, nodes, watchers, reconcile, version: () => version });
  const gateway = fastify({ forceCloseConnections: true });
  addGateway(gateway, { deployments, secrets, calls, reconcile, putAnswer: () => fake.putAnswer });
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
    ...{ kubeconfig, deployments, pods, secrets, nodes, setPod, deletePod, calls, putAnswer: undefined },
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

interface ApiState extends Pick<FakeCluster, "deployments" | "pods" | "secrets" | "nodes"> {
  readonly watchers: Set<ServerResponse>;
  readonly reconcile: (name: string) => void;
  readonly version: () => number;
}

function addApi(
  app: FastifyInstance,
  { deployments, pods, secrets, nodes, watchers, reconcile, version }: ApiState,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, JSON.parse(String(body) || "{}")));
  const nameOf = (request: { readonly params: unknown }): string => (request.params as { name: string }).name;
  const absent = { kind: "Status", status: "Failure", message: "not found", code: 404 };
  const listOf = (kind: string, items: Iterable<unknown>) => ({
    kind: `${kind}List`,
    apiVersion: "v1",
    metadata: { resourceVersion: String(version()) },
    items: [...items],
  });
  const selected = (items: Iterable<Labelled>, query: unknown): Labelled[] => {
    const { labelSelector = "" } = query as { labelSelector?: string };
    const wanted = labelSelector.split(",").filter(Boolean);
    const fits = ({ metadata }: Labelled): boolean =>
      wanted.every((term) => {
        const [key = "", value] = term.split("=");
        return value === undefined ? metadata?.labels?.[key] !== undefined : metadata?.labels?.[key] === value;
      });
    return [...items].filter(fits);
  };
  app.get("/apis/apps/v1", () => resources([["deployments", "Deployment"]]));
  app.get("/api/v1", () =>
    resources([
      ["pods", "Pod"],
      ["services", "Service"],
      ["secrets", "Secret"],
    ]),
  );

  const pod = "/api/v1/namespaces/fn/pods";
  app.get(pod, (request, reply) => {
    if ((request.query as { watch?: string }).watch !== "true")
      return reply.send(listOf("Pod", selected(pods.values(), request.query)));
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "application/json" });
    reply.raw.flushHeaders();
    watchers.add(reply.raw);
    reply.raw.on("close", () => watchers.delete(reply.raw));
    return reply;
  });
  app.get(`${pod}/:name/proxy/*`, () => insideGvisor);
  app.get("/api/v1/namespaces/kalium-bench/pods", () => listOf("Pod", []));
  app.get("/api/v1/namespaces/fn/events", () => listOf("Event", []));
  app.get("/api/v1/namespaces/fn/services", () => listOf("Service", []));
  app.patch("/api/v1/namespaces/fn/services/:name", (_, reply) => reply.code(404).send(absent));
  app.get("/api/v1/nodes", () => listOf("Node", nodes.values()));
  app.get("/api/v1/nodes/:name", (request, reply) =>
    reply.send(nodes.get(nameOf(request)) ?? readyNode(nameOf(request))),
  );

  const deployment = "/apis/apps/v1/namespaces/fn/deployments";
  app.get(deployment, (request) => listOf("Deployment", selected(deployments.values(), request.query)));
  app.get(`${deployment}/:name`, (request, reply) => {
    const found = deployments.get(nameOf(request));
    return found === undefined ? reply.code(404).send(absent) : reply.send(found);
  });
  app.patch(`${deployment}/:name`, (request, reply) => {
    const name = nameOf(request);
    const found = deployments.get(name);
    if (found === undefined) return reply.code(404).send(absent);
    const merged = changed(found, request.body);
    deployments.set(name, merged);
    if (JSON.stringify(merged.spec?.template) !== JSON.stringify(found.spec?.template)) reconcile(name);
    return reply.send(merged);
  });
  app.delete(`${deployment}/:name`, (request) => {
    deployments.delete(nameOf(request));
    reconcile(nameOf(request));
    return { kind: "Status", status: "Success" };
  });
  const secret = "/api/v1/namespaces/fn/secrets";
  app.get(secret, (request) => listOf("Secret", selected(secrets.values(), request.query)));
  app.patch(`${secret}/:name`, (request) => {
    const merged = changed(secrets.get(nameOf(request)) ?? {}, request.body);
    secrets.set(nameOf(request), merged);
    return merged;
  });
  app.delete(`${secret}/:name`, (request) => {
    secrets.delete(nameOf(request));
    return { kind: "Status", status: "Success" };
  });
  app.get(`${secret}/:name`, (request, reply) => {
    const found = secrets.get(nameOf(request));
    return found === undefined ? reply.code(404).send(absent) : reply.send(found);
  });
}

const resources = (kinds: readonly (readonly [string, string])[]) => ({
  kind: "APIResourceList",
  resources: kinds.map(([name, kind]) => ({ name, kind, namespaced: true, singularName: "", verbs: ["list"] })),
});

export const readySince = new Date(0);
export const readyNode = (name: string, status = "True"): V1Node => ({
  metadata: { name },
  status: { conditions: [{ type: "Ready", status, lastTransitionTime: readySince }] },
});

interface GatewayState extends Pick<FakeCluster, "deployments" | "secrets" | "calls"> {
  readonly reconcile: (name: string) => void;
  readonly putAnswer: () => FakeCluster["putAnswer"];
}

/** As CE: labels of a request reach the pods alone, and neither profile nor constraints do anything. */
function addGateway(app: FastifyInstance, { deployments, secrets, calls, reconcile, putAnswer }: GatewayState): void {
  const deploy = (body: { service: string; labels?: Record<string, string> }): void => {
    const { service: name, labels = {} } = body;
    const template = { metadata: { labels: { ...labels, faas_function: name } }, spec: { containers: [] } };
    deployments.set(name, { metadata: { name, namespace: "fn" }, spec: { selector: {}, template } });
    reconcile(name);
  };
  app.post("/system/functions", (request, reply) => {
    deploy(request.body as { service: string });
    return reply.code(202).send();
  });
  app.put("/system/functions", (request, reply) => {
    const { service } = request.body as { service: string };
    const instead = putAnswer();
    if (instead !== undefined) return reply.code(instead.status).send(instead.body);
    if (!deployments.has(service)) return reply.code(404).send("unable update Deployment");
    deploy(request.body as { service: string });
    return reply.code(202).send();
  });
  app.delete("/system/functions", (request, reply) => {
    const { functionName } = request.body as { functionName: string };
    deployments.delete(functionName);
    return reply.code(202).send(); // its pods are still there
  });
  app.get("/system/function/:name", (request, reply) => {
    const { name } = request.params as { name: string };
    if (!deployments.has(name)) return reply.code(404).send();
    return reply.send({ name, image: "i", replicas: 1, availableReplicas: 1, annotations: { own: "kept" } });
  });
  app.post("/system/secrets", (request, reply) => {
    const { name } = request.body as { name: string };
    if (secrets.has(name)) return reply.code(409).send();
    secrets.set(name, { metadata: { name, namespace: "fn", labels: { "app.kubernetes.io/managed-by": "openfaas" } } });
    return reply.code(202).send();
  });
  app.put("/system/secrets", (request, reply) => {
    const { name } = request.body as { name: string };
    const owner = secrets.get(name)?.metadata?.labels?.["app.kubernetes.io/managed-by"];
    return reply.code(owner === "openfaas" ? 202 : 404).send();
  });
  app.get("/function/:name/_/sandbox", (request) => {
    calls.push((request.params as { name: string }).name);
    return insideGvisor;
  });
  app.get("/system/info", () => ({ provider: { provider: "faas-netes-ce" } }));
}

/** A copy with a merge patch (RFC 7386) applied. */
export const changed = <T>(object: T, patch: unknown): T => mergePatch(object, patch) as T;

function mergePatch(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const merged = new Map(Object.entries((target ?? {}) as Record<string, unknown>));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}
