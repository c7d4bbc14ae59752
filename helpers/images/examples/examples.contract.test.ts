/** The example functions as anybody else's images, on each runtime of this machine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { type ImageGateway, noForeignImages, startImageGateway } from "../../gateway/image-gateway.test-support.ts";
import { verifyProof } from "../../runtimes/verify-proof.ts";
import { buildExample, type BuiltExample, type ExampleName, exampleNames } from "./build-examples.ts";

const patience = { timeoutMs: 300_000 } as const;

describe.skipIf(noForeignImages !== "")(`images of others ${noForeignImages}`, () => {
  let gateway: ImageGateway;
  let folder: string;
  const built = new Map<ExampleName, BuiltExample | string>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kb-examples-"));
    for (const name of exampleNames) {
      built.set(
        name,
        await buildExample(name, folder).catch((error: unknown) => {
          if (error instanceof KaliumError && error.code === "E_SETUP") return messageOf(error);
          throw error;
        }),
      );
    }
    gateway = await startImageGateway();
    const body = (name: string, content: object) => ({
      method: "POST",
      body: JSON.stringify({ name, namespace: "openfaas-fn", ...content }),
    });
    const bytes = Buffer.from([0, 255, 10, 128]).toString("base64");
    for (const secret of [body("token", { rawValue: bytes })]) {
      expect((await fetch(`${gateway.url}/system/secrets`, secret)).status).toBe(202);
    }
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const imageOf = (name: ExampleName, skip: (reason: string) => never): BuiltExample => {
    const image = built.get(name);
    if (image === undefined || typeof image === "string") return skip(image ?? `${name} was not built`);
    return image;
  };

  describe.each(["native", "runc", "gvisor"] as const)("on %s", (runtime) => {
    test.for(exampleNames)("%s runs unchanged, and its runtime is proven from outside", async (name, { skip }) => {
      const image = imageOf(name, skip);
      const service = `${name}-${runtime}`;
      await gateway.client.deploy({
        service,
        image: image.reference,
        envVars: { GREETING: "Good morning" },
        secrets: ["token"],
        annotations: { "com.openfaas.profile": runtime, owner: "somebody" },
        labels: { team: "red" },
        limits: { memory: "256Mi" },
      });
      const status = await gateway.client.waitReady(service, patience);

      const [proof] = gateway.client.proofs(status);
      expect(proof && verifyProof(proof, runtime)).toBeUndefined();
      expect(proof?.inside.seenBy).toBe("program");
      expect(proof?.host.image?.digest).toBe(image.digest);
      expect(JSON.parse(status.annotations?.["kalium-bench.image"] ?? "{}")).toMatchObject({
        digest: image.digest,
        source: image.reference,
        bytes: expect.any(Number) as number,
      });
      expect(status).toMatchObject({ labels: { team: "red" }, annotations: { owner: "somebody" } });
      expect(status.limits?.memory).toBe("256Mi");

      const answer = await fetch(`${gateway.url}/function/${service}/a/b?x=1&y=%20`, { method: "PUT", body: "Ada" });
      expect([answer.status, await answer.json()]).toEqual([
        200,
        {
          language: name.replace("hello-", ""),
          greeting: "Good morning, Ada",
          method: "PUT",
          path: "/a/b",
          query: "x=1&y=%20",
          user: 100,
          secret: "00ff0a80",
        },
      ]);
      await gateway.client.remove(service);
    });
  });
});
