import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { deleteSchema, deploymentSchema, scaleSchema } from "./deployment.ts";
import { checkNamespace, clampReplicas } from "./deployment-plan.ts";
import type { FunctionRegistry } from "./function-registry.ts";
import { statusOfFunction } from "./function-status.ts";
import type { GatewayMetrics } from "./metrics.ts";
import { refusal } from "./refusal.ts";

const querySchema = z.object({ namespace: z.string().optional() });
const namedSchema = z.object({ name: z.string() });

/** `/system/functions`, `/system/function/NAME`, `/system/scale-function/NAME`. */
export function addFunctionRoutes(app: FastifyInstance, registry: FunctionRegistry, metrics: GatewayMetrics): void {
  app.post("/system/functions", async (request, reply) => {
    await registry.deploy(deploymentSchema.parse(request.body));
    return reply.code(202).send();
  });

  app.put("/system/functions", async (request, reply) => {
    await registry.update(deploymentSchema.parse(request.body));
    return reply.code(202).send();
  });

  app.delete("/system/functions", (request, reply) => {
    const { functionName, namespace } = deleteSchema.parse(request.body);
    checkNamespace(namespace);
    checkNamespace(querySchema.parse(request.query).namespace);
    registry.remove(functionName);
    return reply.code(202).send();
  });

  app.get("/system/functions", (request, reply) => {
    checkNamespace(querySchema.parse(request.query).namespace);
    const statuses = registry
      .all()
      .map((deployed) => statusOfFunction(deployed, metrics.invocationCount(deployed.plan.deployment.service)));
    return reply.send(statuses);
  });

  app.get("/system/function/:name", (request, reply) => {
    const { name } = namedSchema.parse(request.params);
    checkNamespace(querySchema.parse(request.query).namespace);
    const deployed = registry.get(name);
    if (deployed === undefined) return reply.code(404).send();
    return reply.send(statusOfFunction(deployed, metrics.invocationCount(name)));
  });

  app.post("/system/scale-function/:name", (request, reply) => {
    const { name } = namedSchema.parse(request.params);
    const { replicas, namespace } = scaleSchema.parse(request.body);
    checkNamespace(namespace);
    const deployed = registry.get(name);
    if (deployed === undefined) throw refusal(404, `unable to look up function deployment ${name}`);
    deployed
      .scale(clampReplicas(replicas))
      .catch((error: unknown) => deployed.log.append("", `supervisor: ${String(error)}`));
    return reply.code(202).send();
  });
}
