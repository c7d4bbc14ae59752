import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type CallGateOptions, createCallGate, refuseCall } from "../../gateway/call-gate.ts";
import type { Endpoint } from "../../gateway/readiness.ts";
import { refusal } from "../../gateway/refusal.ts";
import { listenAsWatchdog } from "../../gateway/watchdog-server.ts";
import type { WatchdogSettings } from "../../gateway/watchdog-settings.ts";
import { awaitFunctionSign } from "./function-sign.ts";

/** Port 8080 of an instance: of-watchdog's contract in front of the function's own port. */
export interface Door {
  /** Lets calls in flight end, `healthcheck_interval` at most. @returns how many are left */
  readonly drain: () => Promise<number>;
  /** Cuts all connections. Idempotent. */
  readonly close: () => void;
}

export interface DoorOptions extends Omit<CallGateOptions, "onAnswer"> {
  readonly env: Readonly<Record<string, string>>;
  readonly settings: WatchdogSettings;
  readonly target: Endpoint;
  /** Aborts when the function printed that it listens: calls are handed on from then. */
  readonly listening: AbortSignal;
  /** Aborts when the function is gone. */
  readonly gone: AbortSignal;
  /** Called before it listens. */
  readonly onServer?: ((server: Server) => void) | undefined;
  /** The process may end although the door is open: the function is in it. */
  readonly shared?: boolean;
}

/** Calls still come for a moment after a pod is asked to stop: those who make them hear of it at the same time. */
const lameDuckMs = 250;

/**
 * Listens on `port` (8080). `/_/health` is 200 when the function has answered once, unless `early_health=true` asks for
 * of-watchdog's own way: from the start.
 * @throws for a port that is taken
 */
export async function openDoor({ env, settings, target, listening, gone, ...own }: DoorOptions): Promise<Door> {
  const first = awaitFunctionSign(target, settings.readyPath || "/_/health", { signal: gone, connect: own.connect });
  const gate = createCallGate(target, settings, { ...own, onAnswer: first.seen });
  const isOpen = (): boolean => first.isThere() || listening.aborted;
  let stopping = false;
  const { server } = await listenAsWatchdog(
    {
      settings,
      function: target,
      healthy: async () => !stopping && (env["early_health"] === "true" || (await first.ask())),
      accepting: async () => (await first.ask()) && gate.accepting(),
      full: gate.full,
      handle: (incoming, outgoing) => {
        if (isOpen()) gate.handle(incoming, outgoing);
        else
          void first.ask().then((isThere) => {
            if (isThere && !outgoing.destroyed) gate.handle(incoming, outgoing);
            else refuseCall(outgoing);
          });
      },
      connect: own.connect,
      onServer: own.onServer,
    },
    { host: env["host"] ?? "0.0.0.0", port: Number(env["port"] ?? 8080) },
  );
  if (own.shared === true) server.unref();
  return {
    async drain() {
      stopping = true;
      const waitMs = Math.min(lameDuckMs, settings.healthcheckIntervalMs);
      await sleep(waitMs);
      return gate.drain(settings.healthcheckIntervalMs - waitMs);
    },
    close() {
      gate.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** `upstream_url`, as of-watchdog reads it. @throws {KaliumError} a 400 that names the value */
export function upstreamOf(env: Readonly<Record<string, string>>): Endpoint {
  const text = env["http_upstream_url"] ?? env["upstream_url"] ?? "http://127.0.0.1:3000";
  const url = URL.parse(text);
  if (url?.protocol !== "http:") throw refusal(400, `upstream_url: ${JSON.stringify(text)} is not an http URL`);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80) };
}

/** The variables that are set. */
export const givenOf = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
