/** A run with a folder, a network and sandboxes, and nothing else: what instruments need that start instances themselves. */
import { rm } from "node:fs/promises";
import type { OpenedRuntime, RuntimeSettings } from "../../contracts/runtime.ts";
import { runtimes } from "../../runtimes/index.ts";
import { createRunNetwork } from "../../sandboxes/network.ts";
import { createRunDirectory } from "../../sandboxes/run-directory.ts";
import { sweep } from "../../sandboxes/sweep.ts";

export interface SandboxRun extends AsyncDisposable {
  readonly settings: RuntimeSettings;
}

/** @throws {KaliumError} E_NETWORK; nothing is left behind then */
export async function startSandboxRun(): Promise<SandboxRun> {
  await using stack = new AsyncDisposableStack();
  const { runId, path: runDirectory } = await createRunDirectory();
  stack.defer(async () => {
    await sweep({ runId });
    await rm(runDirectory, { recursive: true, force: true });
  });
  const network = await createRunNetwork(runId);
  stack.defer(() => network.remove());
  const settings: RuntimeSettings = {
    ...{ runId, runDirectory, network: network.info, nodeBinary: process.execPath },
    ...{ gvisorPlatform: "auto", gvisorNetwork: "sandbox" },
  };
  const owned = stack.move();
  return { settings, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

export type UsableRuntime = Extract<OpenedRuntime, { available: true }> & { readonly name: string };

export interface OpenRuntimes {
  readonly usable: readonly UsableRuntime[];
  /** Runtimes that cannot run here, with the reason. */
  readonly leftOut: readonly string[];
}

/** Those of `wanted` that this machine has, in the order of the registry. */
export async function openRuntimes(
  wanted: readonly string[],
  settings: RuntimeSettings,
  signal: AbortSignal,
): Promise<OpenRuntimes> {
  const usable: UsableRuntime[] = [];
  const leftOut: string[] = [];
  for (const runtime of runtimes.filter(({ name }) => wanted.includes(name))) {
    const opened = await runtime.open(settings, signal);
    if (opened.available) usable.push({ ...opened, name: runtime.name });
    else leftOut.push(`${runtime.name}: ${opened.reason}`);
  }
  return { usable, leftOut };
}
