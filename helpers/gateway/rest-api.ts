import type { FastifyInstance } from "fastify";
import { ZodError, z } from "zod";
import { messageOf } from "../base/errors.ts";
import { requireBasicAuth, type BasicAuth } from "./basic-auth.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { Provider } from "./provider.ts";
import { refusal, statusOf } from "./refusal.ts";
import { addFunctionRoutes } from "./routes-functions.ts";
import { addInfoRoutes } from "./routes-info.ts";
import { addLogRoute } from "./routes-logs.ts";
import { addSecretRoutes } from "./routes-secrets.ts";

export interface RestApi {
  readonly provider: Provider;
  readonly metrics: GatewayMetrics;
  readonly basicAuth?: BasicAuth | undefined;
  readonly logFollowMs: number;
}

const noPages = "This gateway has no web pages. Use faas-cli, or GET /system/functions.";

/** `/healthz` for everybody, and `/system/` behind the credentials. */
export async function addRestApi(app: FastifyInstance, api: RestApi): Promise<void> {
  addErrorAnswers(app);
  app.route({ method: ["GET", "HEAD"], url: "/healthz", handler: (_, reply) => reply.code(200).send() });
  app.get("/", (_, reply) => reply.redirect("/ui/", 307));
  await app.register((system, _, done) => {
    system.addHook("onRequest", requireBasicAuth(api.basicAuth));
    addJsonBodies(system);
    addFunctionRoutes(system, api.provider.functions, api.metrics);
    addSecretRoutes(system, api.provider.secrets);
    addLogRoute(system, api.provider.functions, api.logFollowMs);
    addInfoRoutes(system, api.provider);
    for (const url of ["/ui/", "/ui/*"]) system.get(url, () => Promise.reject(refusal(404, noPages)));
    done();
  });
}

/** Bodies are JSON whatever their type says: faas-cli's deletes name none. */
function addJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch (error) {
      done(Object.assign(new Error(`failed to unmarshal request: ${messageOf(error)}`), { statusCode: 400 }));
    }
  });
}

/** Errors are plain text, as OpenFaaS' are. */
function addErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler((error, _, reply) => {
    const invalid = error instanceof ZodError;
    const status = invalid ? 400 : ((error as { statusCode?: number }).statusCode ?? statusOf(error));
    const text = invalid ? `validation failed: ${z.prettifyError(error)}` : messageOf(error);
    return reply.code(status).type("text/plain; charset=utf-8").send(text);
  });
  app.setNotFoundHandler((_, reply) => reply.code(404).type("text/plain; charset=utf-8").send("404 page not found\n"));
}
