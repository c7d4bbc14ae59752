/** A stage whose systems differ by planted delays and consumers: real processes behind a real gateway, without application. */
import { join } from "node:path";
import { createClient, type GatewayClient } from "../../gateway/client.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../../gateway/gateway-service.ts";
import { writeImageOf } from "../../images/unpacked.ts";
import type { Stage } from "../../measure/stage.ts";
import { startService } from "../../base/child-service.ts";
import { createRunDirectory } from "../../sandboxes/run-directory.ts";
import { sweep } from "../../sandboxes/sweep.ts";
import type { DeployedInstance } from "../../testbed/block/deploy-block.ts";
import { countUsage } from "../../testbed/block/usage.ts";

export interface PlantedStage extends AsyncDisposable {
  /** By system. Every block starts all of them again. */
  readonly stageOf: (planted: Readonly<Record<string, Planted>>) => Stage;
}

/** What a system's function does for a call: `waiting-function.ts`. */
export interface Planted {
  readonly waitNs: number;
  readonly cpuNs?: number;
  readonly holdBytes?: number;
}

const image = "waiting";

/** @throws {KaliumError} E_SERVICE or E_TIMEOUT; nothing is left behind then */
export async function openPlantedStage(signal: AbortSignal): Promise<PlantedStage> {
  await using opened = new AsyncDisposableStack();
  const { runId, path: directory } = await createRunDirectory();
  opened.defer(async () => void (await sweep({ runId })));
  const images = join(directory, "images");
  const files = { "index.ts": new URL("waiting-function.ts", import.meta.url) };
  await writeImageOf(images, `${image}:latest`, { files, command: ["node", "index.ts"] });
  const options: GatewayServiceOptions = {
    host: "127.0.0.1",
    imagesDirectory: images,
    defaultRuntime: "native",
    runtimeSettings: {
      runId,
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
    stageOf: (planted) => ({ open: (_block, blockSignal) => openBlock(client, planted, blockSignal) }),
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

async function openBlock(
  client: GatewayClient,
  planted: Readonly<Record<string, Planted>>,
  signal: AbortSignal,
): ReturnType<Stage["open"]> {
  const names = Object.keys(planted);
  const remove = async (): Promise<void> => {
    await Promise.all(names.map((name) => client.remove(name)));
  };
  const start = async (system: string): Promise<readonly DeployedInstance[]> => {
    const { waitNs = 0, cpuNs = 0, holdBytes = 0 } = planted[system] ?? {};
    const envVars = { WAIT_NS: String(waitNs), CPU_NS: String(cpuNs), HOLD_BYTES: String(holdBytes) };
    await client.deploy({ service: system, image, envVars });
    return client.proofs(await client.waitReady(system, { signal })).map(({ startNs, stages, host: { cgroup } }) => ({
      ...{ system, function: image, startNs, cgroup },
      ...(stages && { stages }),
    }));
  };
  let instances: readonly DeployedInstance[];
  try {
    instances = (await Promise.all(names.map(start))).flat();
  } catch (error) {
    await remove();
    throw error;
  }
  const usage = countUsage(instances, { entry: image, parts: [] });
  return {
    ...(usage && { usage }),
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
