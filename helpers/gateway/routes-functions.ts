import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { deleteSchema, deploymentSchema, scaleSchema } from "./deployment.ts";
import { checkNamespace } from "./deployment-plan.ts";
import { holdUntil } from "./hold.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { Functions, ServedFunction } from "./provider.ts";
import { refusal } from "./refusal.ts";

const querySchema = z.object({ namespace: z.string().optional() });

/**
 * `hold` (a number of available replicas, or `gone`) is ours: clients need not ask again and again while sandboxes
 * start, which on two cores slows the start down. OpenFaaS ignores it.
 */
const describeSchema = querySchema.extend({ hold: z.union([z.literal("gone"), z.coerce.number().int()]).optional() });
const holdMs = 1_000;

/** Nothing more is to be waited for. */
const isSettled = (deployed: ServedFunction, wanted: number): boolean =>
  deployed.availableReplicas() >= wanted || deployed.gaveUp();

const namedSchema = z.object({ name: z.string() });

/** `/system/functions`, `/system/function/NAME`, `/system/scale-function/NAME`. */
export function addFunctionRoutes(app: FastifyInstance, functions: Functions, metrics: GatewayMetrics): void {
  app.post("/system/functions", async (request, reply) => {
    await functions.deploy(deploymentSchema.parse(request.body));
    return reply.code(202).send();
  });

  app.put("/system/functions", async (request, reply) => {
    await functions.update(deploymentSchema.parse(request.body));
    return reply.code(202).send();
  });

  app.delete("/system/functions", async (request, reply) => {
    const { functionName, namespace } = deleteSchema.parse(request.body);
    checkNamespace(namespace);
    checkNamespace(querySchema.parse(request.query).namespace);
    await functions.remove(functionName);
    return reply.code(202).send();
  });

  app.get("/system/functions", (request, reply) => {
    checkNamespace(querySchema.parse(request.query).namespace);
    return reply.send(functions.all().map((deployed) => deployed.status(metrics.invocationCount(deployed.name))));
  });

  app.get("/system/function/:name", async (request, reply) => {
    const { name } = namedSchema.parse(request.params);
    const { namespace, hold } = describeSchema.parse(request.query);
    checkNamespace(namespace);
    const held = functions.get(name);
    if (hold !== undefined && held !== undefined) {
      const settled = (): boolean => hold !== "gone" && isSettled(held, hold);
      await holdUntil(() => functions.get(name) !== held || settled(), held.changed, holdMs);
    }
    const deployed = functions.get(name);
    if (deployed === undefined) return reply.code(404).send();
    return reply.send(deployed.status(metrics.invocationCount(name)));
  });

  app.post("/system/scale-function/:name", async (request, reply) => {
    const { name } = namedSchema.parse(request.params);
    const { replicas, namespace } = scaleSchema.parse(request.body);
    checkNamespace(namespace);
    const deployed = functions.get(name);
    if (deployed === undefined) throw refusal(500, `Unable to lookup function deployment ${name}`);
    await deployed.requestScale(replicas);
    return reply.code(202).send();
  });
}
