import { Agent } from "node:http";
import { within } from "../base/deadline.ts";
import type { CallDeadline } from "./call-deadline.ts";
import type { Instance } from "./provider.ts";
import type { Endpoint } from "./readiness.ts";
import type { Speaker } from "./hop-answer.ts";
import { relay } from "./relay.ts";

/** One ready instance: calls go to the watchdog in it, over connections that are kept. */
export interface Target extends Instance {
  /** It is no longer called. Calls in flight end as they would have; idle connections are closed. */
  readonly retire: () => void;
  /** Waits for calls in flight, at most `drainMs`. @returns how many are left */
  readonly drain: (drainMs: number) => Promise<number>;
  /** Cuts the connections: calls in flight get their 500. Idempotent. */
  readonly close: () => void;
}

/** `gatewayTimeoutMs`: of a call, 502 after it. 0: none. */
export function createTarget(name: string, { host, port }: Endpoint, gatewayTimeoutMs: number): Target {
  const agent = new Agent({ keepAlive: true });
  const deadline: CallDeadline | undefined =
    gatewayTimeoutMs > 0 ? { kind: "gateway", afterMs: gatewayTimeoutMs } : undefined;
  const speaker: Speaker = { name: "proxy", unreachable: `Can't reach service for: ${name}.`, stampsDuration: false };
  let inflight = 0;
  let onIdle: (() => void) | undefined;
  const onEnd = (): void => {
    inflight -= 1;
    if (inflight === 0) onIdle?.();
  };
  return {
    handle(incoming, outgoing, call) {
      inflight += 1;
      relay(incoming, outgoing, { ...call, agent, host, port, deadline, speaker, onEnd });
    },
    retire() {
      (agent as unknown as { keepAlive: boolean }).keepAlive = false; // what Node looks at when a call ends
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    },
    async drain(drainMs) {
      if (inflight > 0 && drainMs > 0) {
        const idle = new Promise<void>((resolve) => (onIdle = resolve));
        await within({ what: "calls in flight", timeoutMs: drainMs }, () => idle).catch(() => undefined);
      }
      return inflight;
    },
    close: () => agent.destroy(), // even where a vanished network cannot reset connections
  };
}
