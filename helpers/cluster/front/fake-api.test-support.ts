/** For tests: the part of an API server that the front process talks to, in memory. */
import type { ServerResponse } from "node:http";
import type { V1Node, V1Pod } from "@kubernetes/client-node";
import type { FastifyInstance } from "fastify";
import type { FakeCluster, Labelled } from "./fake-state.test-support.ts";
import { changed } from "./merge-patch.test-support.ts";

export const insideGvisor = {
  procVersion: "Linux version 4.4.0",
  procCmdline: "BOOT_IMAGE=/vmlinuz-4.4.0-gvisor",
  dmesg: "Starting gVisor...",
  nodeVersion: "v24.0.0",
};

/** Of a function that answers nothing but its watchdog's health check. */
export const imageOfOthers = "registry.example/theirs:1";

interface ApiState extends Pick<FakeCluster, "deployments" | "pods" | "secrets" | "nodes" | "classes"> {
  readonly watchers: Set<ServerResponse>;
  readonly summary: () => unknown;
  readonly reconcile: (name: string) => void;
  readonly version: () => number;
  /** Of an object that changes now. */
  readonly next: () => string;
}

export function addApi(
  app: FastifyInstance,
  { deployments, pods, secrets, nodes, classes, watchers, summary, reconcile, version, next }: ApiState,
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
      ["nodes", "Node"],
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
  const imageOf = (name: string): string | undefined => pods.get(name)?.spec?.containers[0]?.image;
  app.get(`${pod}/:name/proxy/*`, (request, reply) => {
    if (imageOf(nameOf(request)) !== imageOfOthers) return reply.send(insideGvisor);
    const { "*": path } = request.params as { "*": string };
    return path === "_/health" ? reply.send("OK") : reply.code(500).send("the function was called");
  });
  app.get(`${pod}/:name`, (request, reply) => reply.send(pods.get(nameOf(request))));
  app.patch(`${pod}/:name/ephemeralcontainers`, (request, reply) => {
    const name = nameOf(request);
    const { spec } = request.body as V1Pod;
    const ended = { exitCode: 0, reason: "Completed" };
    const statuses = spec?.ephemeralContainers?.map((container) => ({
      ...{ name: container.name, image: container.image ?? "", imageID: "", ready: false, restartCount: 0 },
      state: { terminated: ended },
    }));
    const seen = changed(pods.get(name) ?? {}, { spec, status: { ephemeralContainerStatuses: statuses } });
    pods.set(name, seen);
    return reply.send(seen);
  });
  app.get(`${pod}/:name/log`, (request, reply) =>
    reply.send(
      pods.get(nameOf(request))?.spec?.ephemeralContainers === undefined
        ? ""
        : `= version\n${insideGvisor.procVersion}\n= cmdline\n${insideGvisor.procCmdline}\n= dmesg\n${insideGvisor.dmesg}\n`,
    ),
  );
  app.get("/api/v1/namespaces/kalium-bench/pods", () => listOf("Pod", []));
  app.get("/api/v1/namespaces/fn/events", () => listOf("Event", []));
  app.get("/api/v1/namespaces/fn/services", () => listOf("Service", []));
  app.patch("/api/v1/namespaces/fn/services/:name", (_, reply) => reply.code(404).send(absent));
  app.get("/api/v1/nodes", () => listOf("Node", nodes.values()));
  app.get("/api/v1/nodes/:name", (request, reply) =>
    reply.send(nodes.get(nameOf(request)) ?? readyNode(nameOf(request))),
  );

  app.get("/api/v1/nodes/:name/proxy/*", (_, reply) => {
    const answer = summary();
    const message = 'nodes "node-1" is forbidden: User "u" cannot get resource "nodes/proxy" in API group ""';
    return answer === undefined
      ? reply.code(403).send({ ...absent, message, reason: "Forbidden", code: 403 })
      : reply.send(answer);
  });

  app.get("/apis/node.k8s.io/v1", () => resources([["runtimeclasses", "RuntimeClass"]]));
  app.get("/apis/node.k8s.io/v1/runtimeclasses/:name", (request, reply) => {
    const found = classes.get(nameOf(request));
    return found === undefined ? reply.code(404).send(absent) : reply.send(found);
  });

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
    const { metadata } = request.body as Labelled;
    if ((metadata?.resourceVersion ?? found.metadata?.resourceVersion) !== found.metadata?.resourceVersion)
      return reply.code(409).send({ ...absent, message: "the object has been modified", code: 409 });
    const merged = changed(changed(found, request.body), { metadata: { resourceVersion: next() } });
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
  resources: kinds.map(([name, kind]) => {
    const namespaced = kind !== "Node" && kind !== "RuntimeClass";
    return { name, kind, namespaced, singularName: "", verbs: ["list"] };
  }),
});

export const readySince = new Date(0);
export const readyNode = (name: string, status = "True"): V1Node => ({
  metadata: { name },
  status: { conditions: [{ type: "Ready", status, lastTransitionTime: readySince }] },
});
