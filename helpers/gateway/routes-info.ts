import { arch } from "node:os";
import type { FastifyInstance } from "fastify";
import { defaultNamespace } from "./deployment.ts";
import type { Provider } from "./provider.ts";
import { providerName, version } from "./version.ts";

const goArch: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/** `/system/info` (faas-cli reads all three objects unchecked; OpenFaaS has no `limits`) and `/system/namespaces`. */
export function addInfoRoutes(app: FastifyInstance, { name, orchestration, limits }: Provider): void {
  app.get("/system/info", () => ({
    provider: {
      provider: name ?? providerName,
      version: { sha: "", release: version },
      orchestration,
    },
    version: { commit_message: "", sha: "", release: version },
    arch: goArch[arch()] ?? arch(),
    ...(limits && { limits }),
  }));
  app.get("/system/namespaces", () => [defaultNamespace]);
}
