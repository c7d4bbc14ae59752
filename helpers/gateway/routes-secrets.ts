import type { FastifyInstance } from "fastify";
import { defaultNamespace } from "./deployment.ts";
import type { Secrets } from "./provider.ts";
import { secretSchema } from "./secret-store.ts";

/** `/system/secrets`: names come out, values never. */
export function addSecretRoutes(app: FastifyInstance, secrets: Secrets): void {
  app.get("/system/secrets", async () =>
    (await secrets.names()).map((name) => ({ name, namespace: defaultNamespace })),
  );

  app.post("/system/secrets", async (request, reply) => {
    await secrets.create(secretSchema.parse(request.body));
    return reply.code(202).send();
  });
  app.put("/system/secrets", async (request, reply) => {
    await secrets.replace(secretSchema.parse(request.body));
    return reply.code(202).send();
  });
  app.delete("/system/secrets", async (request, reply) => {
    await secrets.remove(secretSchema.parse(request.body));
    return reply.code(202).send();
  });
}
