import { createHash, randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { poll } from "../../base/deadline.ts";
import { onPath } from "../../runtimes/binary.ts";
import { openBlobStore } from "../../images/oci/blob-store.ts";
import { writeImage } from "../../images/oci/image.ts";
import { writeLayer } from "../../images/oci/layer.ts";
import { pushImages } from "./push.ts";

const registry = await onPath("docker-registry");
const title =
  registry === undefined ? "push (skipped: no docker-registry on PATH; apt-get install docker-registry)" : "push";

describe.skipIf(registry === undefined)(title, () => {
  let folder: string;
  let address: string;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "push-"));
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, "close");
    address = `127.0.0.1:${port}`;
    const config = { version: "0.1", storage: { filesystem: { rootdirectory: folder } }, http: { addr: address } };
    await writeFile(join(folder, "config.yml"), JSON.stringify(config));
    const child = spawn(registry ?? "", ["serve", join(folder, "config.yml")], { stdio: "ignore" });
    const exited = once(child, "exit");
    stop = async () => {
      child.kill();
      await exited;
      await rm(folder, { recursive: true });
    };
    await poll({ what: "the registry", timeoutMs: 60_000, intervalMs: 50 }, async () => {
      const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    });
  });
  afterAll(() => stop());

  test("a registry returns what was pushed, under the digest that the build reported", async () => {
    const layout = join(folder, "layout");
    const store = await openBlobStore(layout);
    const content = randomBytes(200_000).toString("hex");
    const shared = await writeLayer(store, [{ path: "/shared", kind: "text", content }]);
    const images = await Promise.all(
      ["a", "b"].map(async (name) => {
        const layers = [shared, await writeLayer(store, [{ path: `/${name}`, kind: "text", content: name }])];
        const image = await writeImage(store, layers, { env: {}, entrypoint: ["/a"], workingDirectory: "/" });
        return { image, references: [`kalium-bench/${name}:1`] };
      }),
    );
    const pushed = await pushImages(layout, images, { address: `${address}/lab`, scheme: "http" });
    expect(pushed).toEqual([`${address}/lab/kalium-bench/a:1`, `${address}/lab/kalium-bench/b:1`]);
    for (const [at, name] of ["a", "b"].entries()) {
      const { descriptor, blobs } = images[at]?.image ?? { descriptor: undefined, blobs: [] };
      const base = `http://${address}/v2/lab/kalium-bench/${name}`;
      const manifest = await fetch(`${base}/manifests/1`, { headers: { Accept: descriptor?.mediaType ?? "" } });
      expect(manifest.headers.get("docker-content-digest")).toBe(descriptor?.digest);
      for (const { digest } of blobs) {
        const bytes = Buffer.from(await (await fetch(`${base}/blobs/${digest}`)).arrayBuffer());
        expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(digest);
      }
    }
    await expect(pushImages(layout, images, { address: "127.0.0.1:1", scheme: "http" })).rejects.toThrow(
      /the registry does not answer/,
    );
  });
});
