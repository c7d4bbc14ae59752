import { arch } from "node:os";
import type { FastifyInstance } from "fastify";
import { defaultNamespace } from "./deployment.ts";
import type { Provider } from "./provider.ts";
import { providerName, sha, version } from "./version.ts";

const goArch: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

const notImplemented = "Feature not implemented in this version of OpenFaaS";

/** `/system/info` (faas-cli reads all three objects unchecked; OpenFaaS has no `limits`) and namespaces, of which there is one, as in OpenFaaS CE. */
export function addInfoRoutes(app: FastifyInstance, { name, orchestration, limits }: Provider): void {
  app.get("/system/info", () => ({
    provider: {
      provider: name ?? providerName,
      version: { sha, release: version },
      orchestration,
    },
    version: { commit_message: "", sha, release: version },
    arch: goArch[arch()] ?? arch(),
    ...(limits && { limits }),
  }));
  app.get("/system/namespaces", () => [defaultNamespace]);
  for (const url of ["/system/namespace/", "/system/namespace/:name"]) {
    app.route({
      method: ["GET", "POST", "PUT", "DELETE"],
      url,
      handler: (_, reply) => reply.code(501).type("text/plain; charset=utf-8").send(`${notImplemented}\n`),
    });
  }
  // Scaling by itself would change what is measured, and there is no Alertmanager here that could ask for it.
  app.post("/system/alert", (_, reply) =>
    reply
      .code(501)
      .type("text/plain; charset=utf-8")
      .send("Scaling by alerts is not implemented. Use /system/scale-function/NAME.\n"),
  );
}
