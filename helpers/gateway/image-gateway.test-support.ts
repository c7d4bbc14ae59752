import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Runtime } from "../contracts/runtime.ts";
import { runtimes as allRuntimes } from "../runtimes/index.ts";
import { openTestRun } from "../runtimes/testing/test-run.ts";
import { createClient, type GatewayClient } from "./client.ts";
import { createGateway, type GatewayOptions } from "./server.ts";

/** A gateway on a run of its own, as `npm run serve` has it, with a cache of its own for images of others. */
export interface ImageGateway extends AsyncDisposable {
  readonly url: string;
  readonly client: GatewayClient;
  readonly cacheDirectory: string;
}

export async function startImageGateway(
  options: Partial<GatewayOptions> & { readonly runtimes?: readonly Runtime[] } = {},
): Promise<ImageGateway> {
  await using stack = new AsyncDisposableStack();
  const run = stack.use(await openTestRun());
  const cacheDirectory = await mkdtemp(join(tmpdir(), "kb-image-cache-"));
  stack.defer(() => rm(cacheDirectory, { recursive: true, force: true }));
  const gateway = await createGateway({
    host: run.settings.network.hostAddress,
    port: 0,
    metricsPort: 0,
    imagesDirectory: join(run.settings.runDirectory, "images"),
    imageCacheDirectory: cacheDirectory,
    runtimes: allRuntimes,
    runtimeSettings: run.settings,
    defaultRuntime: "runc",
    timeouts: { readyMs: 300_000 },
    ...options,
  });
  stack.defer(() => gateway.close());
  const client = stack.use(createClient({ url: gateway.url }));
  const owned = stack.move();
  return { url: gateway.url, client, cacheDirectory, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Why images of others cannot be tried here; empty: they can. */
export const noForeignImages = process.geteuid?.() === 0 ? "" : "only root can run images of others";
