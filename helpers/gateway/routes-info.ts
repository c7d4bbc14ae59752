import { arch } from "node:os";
import type { FastifyInstance } from "fastify";
import { defaultNamespace } from "./deployment.ts";
import { providerName, version } from "./version.ts";

const goArch: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/** `/system/info` (faas-cli reads all three objects unchecked) and `/system/namespaces`. */
export function addInfoRoutes(app: FastifyInstance, orchestration: string): void {
  app.get("/system/info", () => ({
    provider: {
      provider: providerName,
      version: { sha: "", release: version },
      orchestration,
    },
    version: { commit_message: "", sha: "", release: version },
    arch: goArch[arch()] ?? arch(),
  }));
  app.get("/system/namespaces", () => [defaultNamespace]);
}
