import { Agent } from "node:http";
import type { CallDeadline } from "../../gateway/call-deadline.ts";
import type { Instance } from "../../gateway/provider.ts";
import type { Speaker } from "../../gateway/hop-answer.ts";
import { relay } from "../../gateway/relay.ts";
import { watchdogPort } from "../../images/in-image.ts";

export interface PodEndpoint {
  readonly pod: string;
  readonly ip: string;
}

/** One ready pod: calls go to the watchdog in it, over connections that are kept. */
export interface PodTarget extends Instance {
  readonly endpoint: PodEndpoint;
  /** It is no longer called. Calls in flight end as they would have; idle connections are closed. */
  readonly retire: () => void;
}

/** `gatewayTimeoutMs`: of a call, 502 after it. 0: none. `port` differs in tests alone. */
export function createPodTarget(
  name: string,
  endpoint: PodEndpoint,
  gatewayTimeoutMs: number,
  port = watchdogPort,
): PodTarget {
  const agent = new Agent({ keepAlive: true });
  const deadline: CallDeadline | undefined =
    gatewayTimeoutMs > 0 ? { kind: "gateway", afterMs: gatewayTimeoutMs } : undefined;
  const speaker: Speaker = { name: "proxy", unreachable: `Can't reach service for: ${name}.`, stampsDuration: false };
  return {
    endpoint,
    handle(incoming, outgoing, call) {
      relay(incoming, outgoing, {
        ...call,
        agent,
        host: endpoint.ip,
        port,
        replacedHeaders: call.replacedHeaders.has("x-call-id") ? stampedWithCallId : stamped,
        deadline,
        speaker,
        onEnd: nothing,
      });
    },
    retire() {
      (agent as unknown as { keepAlive: boolean }).keepAlive = false; // what Node looks at when a call ends
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    },
  };
}

/** Headers of the answer that the gateway sets; the watchdog's `X-Duration-Seconds` stays. */
const stamped: ReadonlySet<string> = new Set(["x-start-time", "x-served-by"]);
const stampedWithCallId: ReadonlySet<string> = new Set([...stamped, "x-call-id"]);
const nothing = (): void => undefined;
