/** A gateway with one empty function on it, in processes of their own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { KaliumError } from "../../base/errors.ts";
import { createClient } from "../../gateway/client.ts";
import { endpointsAnnotation } from "../../gateway/deployment.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../../gateway/gateway-service.ts";
import { within } from "../../base/deadline.ts";
import { writeImageOf } from "../../images/unpacked.ts";
import { startService } from "../../base/child-service.ts";

/** The same function by three doors. */
export interface Doors extends AsyncDisposable {
  /** A process of its own, without a watchdog. */
  readonly function: string;
  readonly watchdog: string;
  readonly gateway: string;
}

const name = "empty";
const program = new URL("empty-function.ts", import.meta.url);
const endpointsSchema = z.tuple([z.object({ watchdog: z.url() })]);

/** @throws {KaliumError} E_SERVICE, E_DEPLOY or E_TIMEOUT; nothing is left behind then */
export async function openDoors(signal?: AbortSignal): Promise<Doors> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "kb-hops-"));
  opened.defer(() => rm(directory, { recursive: true, force: true }));
  const files = { "index.ts": program };
  await writeImageOf(join(directory, "images"), `${name}:latest`, { files, command: ["node", "index.ts"] });
  const bare = opened.use(await startBare(signal));
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
    function: bare.url,
    watchdog: endpoints.watchdog,
    gateway: `${gateway.info.url}/function/${name}`,
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}

async function startBare(signal: AbortSignal | undefined): Promise<AsyncDisposable & { readonly url: string }> {
  const child = spawn(process.execPath, [fileURLToPath(program)], {
    env: { http_port: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  try {
    const waiting = { what: "the empty function to listen", timeoutMs: 120_000, ...(signal && { signal }) };
    const [line] = (await within(waiting, (deadline) =>
      once(createInterface(child.stdout), "line", { signal: deadline }),
    )) as [string];
    return { url: `http://127.0.0.1:${line.replace("listening on ", "")}`, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
