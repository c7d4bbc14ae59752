/** The real faas-cli deploys the examples' stack file, as anybody would deploy a stack of somebody else's. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";
import { findFaasCli } from "../../gateway/build-faas-cli.test-support.ts";
import { noForeignImages, startImageGateway } from "../../gateway/image-gateway.test-support.ts";
import { onPath } from "../../runtimes/binary.ts";
import { buildExample, exampleNames } from "./build-examples.ts";

const cli = await findFaasCli();
const missing = [
  noForeignImages,
  "missing" in cli ? cli.missing : "",
  ...(await Promise.all(
    ["go", "python3"].map(async (name) => ((await onPath(name)) === undefined ? `no ${name}` : "")),
  )),
].filter(Boolean);
if (missing.length > 0) process.stderr.write(`the stack of the examples is skipped: ${missing.join(", ")}\n`);
const stack = fileURLToPath(new URL("../../../fixtures/examples/stack.yml", import.meta.url));

test.skipIf(missing.length > 0)(
  "faas-cli deploys, describes, calls and removes functions in images of others",
  async () => {
    const home = await mkdtemp(join(tmpdir(), "kb-foreign-stack-"));
    try {
      for (const name of exampleNames) await buildExample(name, home);
      await using gateway = await startImageGateway();
      const faas = async (...words: readonly string[]): Promise<string> => {
        const env = { HOME: home, OPENFAAS_CONFIG: home, OPENFAAS_URL: gateway.url, EXAMPLES: home };
        const binary = "binary" in cli ? cli.binary : "";
        const { all } = await execa(binary, [...words, "-g", gateway.url], { cwd: home, env, input: "Ada", all: true });
        return all;
      };
      expect(await faas("deploy", "-f", stack, "--read-template=false")).toContain("202");
      for (const name of exampleNames) {
        await gateway.client.waitReady(name, { timeoutMs: 600_000 });
        expect(await faas("invoke", name)).toContain("Good morning, Ada");
        expect(await faas("describe", name)).toMatch(/Status:\s+Ready/);
        expect(await faas("logs", name, "--tail=false")).toContain("listening on");
      }
      // faas-cli writes `:latest` behind the path.
      expect(await faas("deploy", "--image", `oci:${home}/hello-go`, "--name", "by-hand")).toContain("202");
      await gateway.client.waitReady("by-hand", { timeoutMs: 600_000 });
      await faas("remove", "-f", stack);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);
