import { chmod, copyFile, mkdir, rm } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InsideProof, RuntimeProof } from "../../contracts/proof.ts";
import type { OpenedRuntime, RuntimeSettings } from "../../contracts/runtime.ts";
import type { Sandbox, SandboxDriver, SandboxSpec } from "../../contracts/sandbox.ts";
import { poll } from "../../base/deadline.ts";
import { createRunNetwork } from "../../sandboxes/network.ts";
import { createRunDirectory } from "../../sandboxes/run-directory.ts";
import { sweep } from "../../sandboxes/sweep.ts";

export interface TestRun extends AsyncDisposable {
  readonly settings: RuntimeSettings;
  /** Folder with the test function, `probe-function.ts`. */
  readonly imageDirectory: string;
}

/** A run of its own with folder, network and image, removed with all that was forgotten in it. */
export async function openTestRun(): Promise<TestRun> {
  const { runId, path } = await createRunDirectory();
  const network = await createRunNetwork(runId);
  const imageDirectory = join(path, "image");
  await mkdir(imageDirectory);
  await copyFile(fileURLToPath(new URL("probe-function.ts", import.meta.url)), join(imageDirectory, "main.ts"));
  await chmod(join(imageDirectory, "main.ts"), 0o644);
  const settings: RuntimeSettings = {
    runId,
    runDirectory: path,
    network: network.info,
    nodeBinary: process.execPath,
    gvisorPlatform: "auto",
    gvisorNetwork: "sandbox",
  };
  return {
    settings,
    imageDirectory,
    async [Symbol.asyncDispose]() {
      await sweep({ runId });
      await rm(path, { recursive: true, force: true });
    },
  };
}

export const patience = AbortSignal.timeout(600_000);

/** The driver, or a thrown reason: for runtimes that were seen to be available. */
export function driverOf(opened: OpenedRuntime): SandboxDriver {
  if (!opened.available) throw new Error(opened.reason);
  return opened.driver;
}

let count = 0;

export const specFor = (run: TestRun, changes: Partial<SandboxSpec> = {}): SandboxSpec => ({
  id: `test-${String(++count).padStart(4, "0")}`,
  imageDirectory: run.imageDirectory,
  command: ["node", "main.ts"],
  env: { SECRET_FILE: "/var/openfaas/secrets/token", GREETING: "hello" },
  secrets: { token: "squeamish" },
  memoryLimitBytes: 256 * 1024 * 1024,
  onLine: () => undefined,
  ...changes,
});

/** Waits until the function answers, as the supervisor does. */
export async function untilProbeReady(sandbox: Sandbox): Promise<void> {
  await poll({ what: `${sandbox.id} to answer`, timeoutMs: 30_000, intervalMs: 20 }, () =>
    askInstance(sandbox, "/").then(
      () => true,
      () => undefined,
    ),
  );
}

export function askInstance(sandbox: Sandbox, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request({ host: sandbox.host, port: sandbox.port, path, agent: false, timeout: 5000 }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(JSON.parse(text)));
    });
    call.on("timeout", () => call.destroy(new Error("no answer")));
    call.on("error", reject);
    call.end();
  });
}

/** What host and probe see of a sandbox on this runtime, which is gone afterwards. */
export async function proofOf(run: TestRun, opened: OpenedRuntime): Promise<RuntimeProof> {
  const sandbox = await driverOf(opened).start(specFor(run), patience);
  try {
    await untilProbeReady(sandbox);
    const inside = (await askInstance(sandbox, "/inside")) as InsideProof;
    return { instance: sandbox.id, host: await sandbox.hostProof(patience), inside, startNs: 1 };
  } finally {
    await sandbox.stop(0);
  }
}
