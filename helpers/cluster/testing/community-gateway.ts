import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { poll } from "../../base/deadline.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, type NamedObject, removeObject } from "../api/objects.ts";
import { bundleProgram } from "../../images/bundle-program.ts";
import { nodeLayer } from "../../images/function-layers.ts";
import { inImage } from "../../images/in-image.ts";
import { loadByCtr } from "../images/load.ts";
import { openBlobStore } from "../../images/oci/blob-store.ts";
import { writeImage } from "../../images/oci/image.ts";
import { writeLayer } from "../../images/oci/layer.ts";
import { functionNamespace } from "../names.ts";
import { gatewayName, gatewayNamespace, ownGatewayObjects } from "../provider/own-gateway.ts";
import { testClusterFolder } from "./test-cluster.ts";

const image = "kalium-bench.local/community-edition:1";
const ctr = join(testClusterFolder(), "cache/bin/ctr");
const removalMs = 120_000;
/** The edition's own. */
const functionLimit = 15;

/** An OpenFaaS that is not ours, on the test cluster; it goes with the result. */
export async function installCommunityGateway(cluster: Cluster): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  await loadImage();
  stack.defer(async () => {
    await execa(ctr, ["-n", "k8s.io", "images", "rm", "--sync", image], { reject: false });
  });
  const namespaces = [gatewayNamespace, functionNamespace].map((name) => namespace(name));
  const basicAuth = { user: "admin", password: "of-the-community" };
  const objects = ownGatewayObjects({ image, basicAuth, labels: {}, functionLimit }) as readonly NamedObject[];
  for (const object of [...namespaces, ...objects]) {
    await applyObject(cluster, object);
    stack.defer(() => removeObject(cluster, object, { timeoutMs: removalMs }));
  }
  const waiting = { what: "the community edition's gateway to be ready", timeoutMs: 180_000, intervalMs: 500 };
  await poll(waiting, async () => {
    const request = { namespace: gatewayNamespace, labelSelector: `app=${gatewayName}` };
    const { items } = await cluster.core.listNamespacedPod(request);
    return items[0]?.status?.containerStatuses?.[0]?.ready === true ? true : undefined;
  });
  const owned = stack.move();
  return { [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const namespace = (name: string): NamedObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

async function loadImage(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "kalium-community-"));
  try {
    const path = "/opt/gateway.mjs";
    const content = await bundleProgram(new URL("community-in-pod.ts", import.meta.url));
    const store = await openBlobStore(directory);
    const layers = [
      await writeLayer(store, await nodeLayer(process.execPath)),
      await writeLayer(store, [{ path, kind: "text", content }]),
    ];
    const settings = { env: { HOME: "/tmp" }, workingDirectory: "/tmp", user: "65534:65534" };
    const built = await writeImage(store, layers, { ...settings, entrypoint: [inImage.node, path] });
    await loadByCtr(directory, [{ image: built, references: [image] }], ctr);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
