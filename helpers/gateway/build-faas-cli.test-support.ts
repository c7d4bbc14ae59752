import { access } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa, ExecaError } from "execa";

/** The commit whose requests docs/gateway.md describes (faas-cli 0.18.12). */
const faasCliModule = "github.com/openfaas/faas-cli@v0.0.0-20260724145813-c8191b71e7ed";
const cache = fileURLToPath(new URL("../../node_modules/.cache/kalium-bench/", import.meta.url));

export type FaasCli = { readonly binary: string } | { readonly missing: string };

/**
 * The real faas-cli: the binary that `FAAS_CLI` names, the cached one, or one built through the Go module proxy. What
 * cannot be fetched here is missing, with the reason; a build that fails for another cause throws.
 */
export async function findFaasCli(): Promise<FaasCli> {
  const given = process.env["FAAS_CLI"];
  if (given !== undefined) return { binary: given };
  const binary = join(cache, "faas-cli");
  const cached = await access(binary).then(
    () => true,
    () => false,
  );
  if (cached) return { binary };
  try {
    // Without ",direct": a module that the proxy refuses is not fetched elsewhere.
    const env = { GOBIN: cache, GOPROXY: "https://proxy.golang.org", GOFLAGS: "-mod=mod" };
    await execa("go", ["install", faasCliModule], { env, timeout: 800_000 });
    return { binary };
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    if (error.code === "ENOENT") return { missing: "go is not installed" };
    const said = String(error.stderr).trim();
    if (/reading https:|dial tcp|no such host/.test(said)) return { missing: `the module proxy refused: ${said}` };
    throw error;
  }
}
