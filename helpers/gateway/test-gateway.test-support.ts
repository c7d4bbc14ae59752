import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { absentRuntime, loopbackRuntime } from "./loopback-runtime.test-support.ts";
import type { RuntimeSettings } from "../contracts/runtime.ts";
import { writeImageOf } from "../images/unpacked.ts";
import { createGateway, type Gateway, type GatewayOptions } from "./server.ts";

export const echoImage = "tests/echo:1";
/** The same function under another reference. */
export const otherEchoImage = "tests/echo:2";

/** A folder with the echo function as two images. */
export async function makeImages(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "kb-gateway-test-"));
  for (const tag of ["1", "2"]) {
    const files = { "index.ts": new URL("echo-function.test-support.ts", import.meta.url) };
    await writeImageOf(directory, `tests/echo:${tag}`, { files, command: ["node", "index.ts"] });
  }
  return directory;
}

export const testRuntimeSettings = (runDirectory: string): RuntimeSettings => ({
  runId: "test",
  runDirectory,
  network: { kind: "loopback", hostAddress: "127.0.0.1" },
  nodeBinary: process.execPath,
  gvisorPlatform: "auto",
  gvisorNetwork: "sandbox",
});

export interface TestGateway extends Gateway {
  readonly imagesDirectory: string;
}

/** An embedded gateway with the loopback runtime; closing it removes its images too. */
export async function startTestGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const imagesDirectory = await makeImages();
  const gateway = await createGateway({
    host: "127.0.0.1",
    port: 0,
    metricsPort: 0,
    imagesDirectory,
    runtimes: [loopbackRuntime, absentRuntime],
    runtimeSettings: testRuntimeSettings(imagesDirectory),
    defaultRuntime: "native",
    ...options,
  });
  const close = async (): Promise<void> => {
    await gateway.close();
    await rm(imagesDirectory, { recursive: true, force: true });
  };
  return { ...gateway, imagesDirectory, close, [Symbol.asyncDispose]: close };
}
