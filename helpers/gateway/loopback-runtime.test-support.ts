/** A runtime for tests of the gateway: a plain child process on a free loopback port, and no isolation at all. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../base/free-port.ts";
import type { HostProof, RuntimeIdentity } from "../contracts/proof.ts";
import type { Runtime } from "../contracts/runtime.ts";
import type { Sandbox, SandboxExit, SandboxSpec } from "../contracts/sandbox.ts";

const identity: RuntimeIdentity = {
  runtime: "native",
  version: process.version,
  binary: process.execPath,
  sha256: "0".repeat(64),
  network: "loopback",
};

export const loopbackRuntime: Runtime = {
  kind: "process",
  onCluster: { runtimeClass: undefined },
  insideProblem: () => undefined,
  name: "native",
  open: () => Promise.resolve({ available: true, identity, driver: { start: startProcess } }),
};

/** For tests of refusals. */
export const absentRuntime: Runtime = {
  kind: "gvisor",
  onCluster: { runtimeClass: undefined },
  insideProblem: () => undefined,
  name: "gvisor",
  open: () => Promise.resolve({ available: false, reason: "this machine has no runsc", hint: "Run `npm run setup`." }),
};

async function startProcess(spec: SandboxSpec): Promise<Sandbox> {
  const [port, functionPort] = [await freePort(), await freePort()];
  const [program = "", ...args] = spec.command;
  const binary = join(spec.watchdogDirectory ?? "", program);
  const child = spawn(binary, args, {
    cwd: spec.imageDirectory,
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      ...spec.env,
      host: "127.0.0.1",
      port: String(port),
      upstream_url: `http://127.0.0.1:${functionPort}`,
      http_port: String(functionPort),
      TEST_SECRETS: JSON.stringify(spec.secrets),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  createInterface(child.stdout).on("line", (line) => spec.onLine("stdout", line));
  createInterface(child.stderr).on("line", (line) => spec.onLine("stderr", line));
  const exited = new Promise<SandboxExit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, outOfMemory: false }));
    child.once("error", () => resolve({ code: 127, signal: null, outOfMemory: false }));
  });
  const stop = async (graceMs: number): Promise<void> => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await exited;
    clearTimeout(killer);
  };
  const proof: HostProof = { identity, argv: [binary, ...args], hostKernelAddresses: ["127.0.0.1"] };
  return {
    id: spec.id,
    host: "127.0.0.1",
    port,
    exited,
    hostProof: () => Promise.resolve(proof),
    stop,
    [Symbol.asyncDispose]: () => stop(0),
  };
}
