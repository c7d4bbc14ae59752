import type { FastifyInstance } from "fastify";
import { defaultNamespace } from "./deployment.ts";
import { secretSchema, type SecretStore } from "./secret-store.ts";

/** `/system/secrets`: names come out, values never. */
export function addSecretRoutes(app: FastifyInstance, secrets: SecretStore): void {
  app.get("/system/secrets", () => secrets.names().map((name) => ({ name, namespace: defaultNamespace })));

  const change =
    (apply: (body: ReturnType<typeof secretSchema.parse>) => void) =>
    (body: unknown): void =>
      apply(secretSchema.parse(body));
  const create = change(secrets.create);
  const replace = change(secrets.replace);
  const remove = change(secrets.remove);

  app.post("/system/secrets", (request, reply) => {
    create(request.body);
    return reply.code(202).send();
  });
  app.put("/system/secrets", (request, reply) => {
    replace(request.body);
    return reply.code(202).send();
  });
  app.delete("/system/secrets", (request, reply) => {
    remove(request.body);
    return reply.code(202).send();
  });
}
