import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectCluster } from "../api/connect.ts";
import { functionSettings, nodeLayer, watchdogLayer } from "../../images/function-layers.ts";
import { loadByCtr, loadIntoCluster } from "../images/load.ts";
import type { NamedImage } from "../../images/oci/archive.ts";
import { openBlobStore } from "../../images/oci/blob-store.ts";
import { writeImage } from "../../images/oci/image.ts";
import { writeLayer } from "../../images/oci/layer.ts";
import { testClusterFolder } from "./test-cluster.ts";

const source = new URL("../../gateway/echo-function.test-support.ts", import.meta.url);

/** The function of the gateway's contract as two images, on all nodes of a cluster. @returns their references */
export async function loadEchoImages(kubeconfig: string): Promise<readonly [string, string]> {
  const directory = await mkdtemp(join(tmpdir(), "kalium-echo-"));
  try {
    const store = await openBlobStore(directory);
    const content = await readFile(source, "utf8");
    const layers = [
      await writeLayer(store, await nodeLayer(process.execPath)),
      await writeLayer(store, await watchdogLayer(undefined)),
      await writeLayer(store, [{ path: "/srv/fn/index.ts", kind: "text", content }]),
    ];
    const settings = functionSettings({ command: ["node", "index.ts"] });
    const build = async (name: string): Promise<NamedImage & { readonly reference: string }> => {
      const image = await writeImage(store, layers, { ...settings, labels: { name } });
      const reference = `kalium-bench/contract-${name}:${image.descriptor.digest.slice("sha256:".length, 19)}`;
      return { image, reference, references: [reference] };
    };
    const [one, other] = [await build("echo"), await build("echo-too")];
    const ctr = join(testClusterFolder(), "cache/bin/ctr"); // the test cluster's node is this machine
    if (existsSync(ctr)) await loadByCtr(directory, [one, other], ctr);
    else await loadIntoCluster(connectCluster(kubeconfig), directory, [one, other]);
    return [one.reference, other.reference];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
