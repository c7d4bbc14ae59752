/** A gateway in a process of its own, and the image `empty`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startService } from "../../base/child-service.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../../gateway/gateway-service.ts";
import { writeImageOf } from "../../images/unpacked.ts";

export interface EmptyGateway extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

export async function startEmptyGateway(): Promise<EmptyGateway> {
  await using started = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "kb-sizes-"));
  started.defer(() => rm(directory, { recursive: true, force: true }));
  const files = { "index.ts": new URL("empty-function.ts", import.meta.url) };
  await writeImageOf(join(directory, "images"), "empty:latest", { files, command: ["node", "index.ts"] });
  const options: GatewayServiceOptions = {
    host: "127.0.0.1",
    imagesDirectory: join(directory, "images"),
    defaultRuntime: "native",
    runtimeSettings: {
      runId: `sizes-${process.pid}`,
      runDirectory: directory,
      network: { kind: "loopback", hostAddress: "127.0.0.1" },
      nodeBinary: process.execPath,
      gvisorPlatform: "auto",
      gvisorNetwork: "sandbox",
    },
  };
  const program = new URL("../../gateway/main.ts", import.meta.url);
  const gateway = await startService<GatewayInfo>(program, options, { name: "gateway", timeoutMs: 120_000 });
  started.use(gateway);
  const owned = started.move();
  return { url: gateway.info.url, pid: gateway.pid, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
