import type { FastifyInstance } from "fastify";
import { defaultNamespace } from "./deployment.ts";
import { refusal } from "./refusal.ts";
import { type SecretBody, secretSchema, type Secrets } from "./secret-store.ts";

/** `/system/secrets`: names come out, values never. */
export function addSecretRoutes(app: FastifyInstance, secrets: Secrets): void {
  app.get("/system/secrets", async () =>
    (await secrets.names()).map((name) => ({ name, namespace: defaultNamespace })),
  );

  app.post("/system/secrets", async (request, reply) => {
    await secrets.create(readSecret(request.body));
    return reply.code(202).send();
  });
  app.put("/system/secrets", async (request, reply) => {
    await secrets.replace(readSecret(request.body));
    return reply.code(202).send();
  });
  app.delete("/system/secrets", async (request, reply) => {
    await secrets.remove(readSecret(request.body));
    return reply.code(202).send();
  });
}

/** @throws {KaliumError} 422 for a name that Kubernetes would refuse, and ZodError for the rest */
function readSecret(body: unknown): SecretBody {
  const parsed = secretSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const named = parsed.error.issues.find(({ path, code }) => path[0] === "name" && code !== "invalid_type");
  throw named === undefined ? parsed.error : refusal(422, `invalid secret name: ${named.message}`);
}
