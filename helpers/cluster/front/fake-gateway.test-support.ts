/** For tests: OpenFaaS Community Edition's gateway and provider as they were seen on a cluster, in memory. */
import type { V1Container } from "@kubernetes/client-node";
import type { FastifyInstance } from "fastify";
import type { FunctionDeployment } from "../../gateway/deployment.ts";
import { insideGvisor } from "./fake-api.test-support.ts";
import type { FakeCluster } from "./fake-state.test-support.ts";
import { changed } from "./merge-patch.test-support.ts";

interface GatewayState {
  readonly fake: () => FakeCluster;
  readonly reconcile: (name: string) => void;
  /** Of an object that changes now. */
  readonly next: () => string;
}

/** The edition's own, and so are the probes: they cannot be set. */
const mostFunctions = 15;
const livenessProbe = {
  httpGet: { path: "/_/health", port: 8080 },
  ...{ initialDelaySeconds: 2, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 },
};

/**
 * Labels of a request reach the pods alone; neither profile nor constraints do anything; images are always pulled; an
 * update keeps what others have set of the pod.
 */
export function addGateway(app: FastifyInstance, { fake, reconcile, next }: GatewayState): void {
  const deploy = (request: FunctionDeployment): void => {
    const { service: name, image, labels, annotations, envVars, limits, requests } = request;
    const live = fake().deployments.get(name);
    const env = Object.entries(envVars ?? {}).map(([key, value]) => ({ name: key, value }));
    const container = {
      ...{ name, image, env, livenessProbe, imagePullPolicy: "Always" },
      resources: fake().dropsResources ? {} : { limits: limits ?? {}, requests: requests ?? {} },
    } as V1Container;
    const template = {
      metadata: { labels: { ...labels, faas_function: name }, annotations: annotations ?? {} },
      spec: { ...live?.spec?.template.spec, containers: [container] },
    };
    const metadata = { name, namespace: "fn", resourceVersion: next() };
    const made = { metadata, spec: { selector: {}, template } };
    fake().deployments.set(name, live === undefined ? made : { ...changed(live, { metadata }), spec: made.spec });
    reconcile(name);
  };
  app.post("/system/functions", (request, reply) => {
    if (fake().deployments.size >= mostFunctions)
      return reply.code(400).send(`unable to create function, maximum: ${mostFunctions}\n`);
    deploy(request.body as FunctionDeployment);
    return reply.code(202).send();
  });
  app.put("/system/functions", (request, reply) => {
    const body = request.body as FunctionDeployment;
    const instead = fake().putAnswer;
    if (instead !== undefined) return reply.code(instead.status).send(instead.body);
    if (!fake().deployments.has(body.service)) return reply.code(404).send("unable update Deployment");
    deploy(body);
    return reply.code(202).send();
  });
  app.delete("/system/functions", (request, reply) => {
    fake().deployments.delete((request.body as { functionName: string }).functionName);
    return reply.code(202).send(); // its pods are still there
  });
  app.get("/system/function/:name", (request, reply) => {
    const { name } = request.params as { name: string };
    if (!fake().deployments.has(name)) return reply.code(404).send();
    return reply.send({ name, image: "i", replicas: 1, availableReplicas: 1, annotations: { own: "kept" } });
  });
  app.post("/system/scale-function/:name", (request, reply) => {
    const { name } = request.params as { name: string };
    if (fake().deployments.has(name)) return reply.code(202).send();
    return reply.code(500).send(`unable to scale: Unable to lookup function deployment ${name}`);
  });
  app.get("/system/logs", (request, reply) => {
    const { name = "", tail } = request.query as { name?: string; tail?: string };
    if (tail !== undefined && !/^-?\d+$/.test(tail)) return reply.code(500).send("unknown log request error (422)\n");
    if (!fake().deployments.has(name)) return reply.code(500).send("unknown log request error (500)\n");
    return reply.send("");
  });
  app.post("/system/secrets", (request, reply) => {
    const { name } = request.body as { name: string };
    if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name))
      return reply.code(422).send(`Secret "${name}" is invalid: metadata.name: Invalid value`);
    if (fake().secrets.has(name)) return reply.code(409).send();
    const labels = { "app.kubernetes.io/managed-by": "openfaas" };
    fake().secrets.set(name, { metadata: { name, namespace: "fn", labels } });
    return reply.code(202).send();
  });
  app.put("/system/secrets", (request, reply) => {
    const { name } = request.body as { name: string };
    const owner = fake().secrets.get(name)?.metadata?.labels?.["app.kubernetes.io/managed-by"];
    return reply.code(owner === "openfaas" ? 202 : 404).send();
  });
  app.get("/function/:name/_/sandbox", (request) => {
    fake().calls.push((request.params as { name: string }).name);
    return insideGvisor;
  });
  app.get("/function/:name/_/health", () => "OK");
  app.get("/function/:name/_/health/", (_, reply) => {
    const { status, internal } = fake().health.shift() ?? { status: 200 };
    if (internal !== undefined) reply.header("X-OpenFaaS-Internal", internal);
    return reply.code(status).send("");
  });
  app.get("/system/info", () => ({ provider: { provider: "faas-netes-ce" } }));
}
