/** A gateway with one empty function on it, in processes of their own. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { KaliumError } from "../../base/errors.ts";
import { createClient } from "../../gateway/client.ts";
import { endpointsAnnotation } from "../../gateway/deployment.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../../gateway/gateway-service.ts";
import { startService } from "../../base/child-service.ts";

/** The same function by its three doors. */
export interface Doors extends AsyncDisposable {
  readonly function: string;
  readonly supervisor: string;
  readonly gateway: string;
}

const name = "empty";
const endpointsSchema = z.tuple([z.object({ supervisor: z.url(), function: z.url() })]);

/** @throws {KaliumError} E_SERVICE, E_DEPLOY or E_TIMEOUT; nothing is left behind then */
export async function openDoors(signal?: AbortSignal): Promise<Doors> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "kb-hops-"));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  await makeImage(join(directory, "images", name, "latest"));
  const options: GatewayServiceOptions = {
    host: "127.0.0.1",
    imagesDirectory: join(directory, "images"),
    defaultRuntime: "native",
    runtimeSettings: {
      runId: "hops",
      runDirectory: directory,
      network: { kind: "loopback", hostAddress: "127.0.0.1" },
      nodeBinary: process.execPath,
      gvisorPlatform: "auto",
      gvisorNetwork: "sandbox",
    },
  };
  const gateway = await startService<GatewayInfo>(new URL("../../gateway/main.ts", import.meta.url), options, {
    name: "gateway",
    timeoutMs: 120_000,
    ...(signal === undefined ? {} : { signal }),
  });
  opened.use(gateway);
  using client = createClient({ url: gateway.info.url });
  await client.deploy({ service: name, image: name });
  const status = await client.waitReady(name, signal === undefined ? {} : { signal });
  const parsed = endpointsSchema.safeParse(JSON.parse(status.annotations?.[endpointsAnnotation] ?? "null"));
  if (!parsed.success) throw new KaliumError("E_DEPLOY", `the gateway does not report where ${name} runs`);
  const [endpoints] = parsed.data;
  const cleanup = opened.move();
  return {
    ...endpoints,
    gateway: `${gateway.info.url}/function/${name}`,
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

async function makeImage(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await copyFile(fileURLToPath(new URL("empty-function.ts", import.meta.url)), join(directory, "index.ts"));
  const image = { command: ["node", "index.ts"], digest: "sha256:empty" };
  await writeFile(join(directory, "image.json"), JSON.stringify(image));
}
