/** The embedded, OpenFaaS-compatible gateway: docs/gateway.md. */
import type { Runtime, RuntimeSettings } from "../contracts/runtime.ts";
import type { RuntimeName } from "../contracts/system.ts";
import type { Admit } from "./admit.ts";
import { openImageCache } from "../image-cache/cache.ts";
import { createFunctionRegistry } from "./function-registry.ts";
import { createRuntimeChoice } from "./runtime-choice.ts";
import { createSecretStore } from "./secret-store.ts";
import { createStartQueue } from "./start-queue.ts";
import { serveGateway, type CallTimeouts, type Gateway, type ListenOptions } from "./serve-gateway.ts";

export type { Gateway } from "./serve-gateway.ts";

export interface GatewayTimeouts extends CallTimeouts {
  /** From the start of an instance to its function's first answer. */
  readonly readyMs: number;
  /** From asking an instance to stop to killing it. */
  readonly stopGraceMs: number;
}

export const defaultTimeouts: GatewayTimeouts = {
  upstreamMs: 60_000,
  readyMs: 60_000,
  stopGraceMs: 2_000,
  logFollowMs: 65_000,
};

export interface GatewayOptions extends ListenOptions {
  readonly imagesDirectory: string;
  /** Registries that images may be fetched from; `*`: all. Default: none. */
  readonly registries?: readonly string[] | undefined;
  /** Where images of others are kept; default: the user's cache. */
  readonly imageCacheDirectory?: string | undefined;
  readonly runtimes: readonly Runtime[];
  readonly runtimeSettings: RuntimeSettings;
  readonly defaultRuntime: RuntimeName;
  readonly timeouts?: Partial<GatewayTimeouts> | undefined;
  /** Absent: no guard is beside this gateway. */
  readonly admit?: Admit | undefined;
}

/**
 * Starts listening; closing it removes all instances in parallel.
 * @throws whatever listening throws; nothing is left behind then
 */
export function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { imagesDirectory, imageCacheDirectory: directory, registries = [], runtimeSettings } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const closing = new AbortController();
  const secrets = createSecretStore();
  const cache = openImageCache({ ...(directory !== undefined && { directory }), signal: closing.signal });
  const chooseRuntime = createRuntimeChoice({ ...options, settings: runtimeSettings, signal: closing.signal });
  const functions = createFunctionRegistry(
    { imagesDirectory, registries, cache, secrets, chooseRuntime },
    {
      runId: runtimeSettings.runId,
      readyTimeoutMs: timeouts.readyMs,
      stopGraceMs: timeouts.stopGraceMs,
      gatewayTimeoutMs: timeouts.upstreamMs,
      starts: createStartQueue(),
      admit: options.admit,
    },
  );
  const close = (): Promise<void> => {
    closing.abort();
    return functions.close();
  };
  return serveGateway({ orchestration: "sandboxes", functions, secrets, close }, options, timeouts);
}
