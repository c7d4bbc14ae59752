/** A stage whose systems differ by planted delays: real processes behind a real gateway, without application. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createClient, type GatewayClient } from "../../gateway/client.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../../gateway/gateway-service.ts";
import { writeImageOf } from "../../images/unpacked.ts";
import type { Stage } from "../../measure/stage.ts";
import { startService } from "../../base/child-service.ts";

export interface PlantedStage extends AsyncDisposable {
  /** System to the time for which its function waits, ns. Every block starts all of them again. */
  readonly stageOf: (waitNs: Readonly<Record<string, number>>) => Stage;
}

const image = "waiting";

/** @throws {KaliumError} E_SERVICE or E_TIMEOUT; nothing is left behind then */
export async function openPlantedStage(signal: AbortSignal): Promise<PlantedStage> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "kb-planted-"));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const images = join(directory, "images");
  const files = { "index.ts": new URL("waiting-function.ts", import.meta.url) };
  await writeImageOf(images, `${image}:latest`, { files, command: ["node", "index.ts"] });
  const options: GatewayServiceOptions = {
    host: "127.0.0.1",
    imagesDirectory: images,
    defaultRuntime: "native",
    runtimeSettings: {
      runId: basename(directory).toLowerCase(),
      runDirectory: directory,
      network: { kind: "loopback", hostAddress: "127.0.0.1" },
      nodeBinary: process.execPath,
      gvisorPlatform: "auto",
      gvisorNetwork: "sandbox",
    },
  };
  const start = { name: "gateway", timeoutMs: 120_000, signal };
  const gateway = await startService<GatewayInfo>(new URL("../../gateway/main.ts", import.meta.url), options, start);
  opened.use(gateway);
  const client = createClient({ url: gateway.info.url });
  opened.defer(() => client.close());
  const cleanup = opened.move();
  return {
    stageOf: (waitNs) => ({ open: (_block, blockSignal) => openBlock(client, waitNs, blockSignal) }),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

async function openBlock(
  client: GatewayClient,
  waitNs: Readonly<Record<string, number>>,
  signal: AbortSignal,
): ReturnType<Stage["open"]> {
  const names = Object.keys(waitNs);
  const remove = async (): Promise<void> => {
    await Promise.all(names.map((name) => client.remove(name)));
  };
  try {
    await Promise.all(
      names.map(async (service) => {
        await client.deploy({ service, image, envVars: { WAIT_NS: String(waitNs[service] ?? 0) } });
        await client.waitReady(service, { signal });
      }),
    );
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    resetMs: 0,
    deployMs: 0,
    proofs: [],
    voids: [],
    call: async (call) => {
      const { outcome, status, startedAtNs, latencyNs } = await client.invoke(call.system, { body: "{}" });
      const right = outcome === "answered" && status === 200;
      return { ...call, startedAtNs, latencyNs, status, outcome: right ? "ok" : "error" };
    },
    floors: () => Promise.resolve({ floors: [], lost: [] }),
    inspect: () => Promise.resolve([]),
    remove,
    [Symbol.asyncDispose]: remove,
  };
}
