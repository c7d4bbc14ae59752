import { Agent, type IncomingMessage, type ServerResponse } from "node:http";
import type { TcpNetConnectOpts } from "node:net";
import { within } from "../base/deadline.ts";
import type { TakeCall } from "../contracts/own-parts.ts";
import { callDeadline, lowered } from "./call-deadline.ts";
import { handOver } from "./hand-over.ts";
import type { AnsweringHop, Speaker } from "./hop-answer.ts";
import type { Connect, Endpoint } from "./readiness.ts";
import { relay } from "./relay.ts";
import type { WatchdogSettings } from "./watchdog-settings.ts";

/** Where calls enter an instance: of-watchdog's limits, deadlines and refusals. */
export interface CallGate {
  readonly accepting: () => boolean;
  /** `max_inflight` is reached. */
  readonly full: () => boolean;
  readonly handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  /** Refuses new calls and waits for those in flight, at most `drainMs`. @returns how many are left */
  readonly drain: (drainMs: number) => Promise<number>;
  /** Refuses new calls and cuts the connections to the function: calls in flight get their 500. Idempotent. */
  readonly close: () => void;
}

export type OnCall = (incoming: IncomingMessage) => () => void;

export interface CallGateOptions {
  /** Opens connections to the function; default: `node:net`. */
  readonly connect?: Connect | undefined;
  /** Called with each call before it is handed on; the result is called when the call is over. */
  readonly onCall?: OnCall | undefined;
  /** Called with the status of each answer of the function. */
  readonly onAnswer?: ((status: number) => void) | undefined;
  /** Asked at each call: what takes it in this process, instead of a connection to the function. */
  readonly taker?: (() => TakeCall | undefined) | undefined;
}

export function createCallGate(
  { host, port }: Endpoint,
  settings: WatchdogSettings,
  { connect, onCall, onAnswer, taker }: CallGateOptions = {},
): CallGate {
  const agent = new Agent({ keepAlive: true });
  if (connect !== undefined) agent.createConnection = (options) => connect(options as TcpNetConnectOpts);
  const usual = callDeadline(settings);
  let accepting = true;
  let inflight = 0;
  let onIdle: (() => void) | undefined;
  const handed = new Set<() => void>(); // what gives them up
  const full = (): boolean => settings.maxInflight > 0 && inflight >= settings.maxInflight;
  const end = (): void => {
    inflight -= 1;
    if (inflight === 0) onIdle?.();
  };

  return {
    accepting: () => accepting,
    full,
    handle(incoming, outgoing) {
      if (!accepting || full()) {
        if (accepting) overloaded(outgoing, settings.maxInflight);
        else refuseCall(outgoing);
        return;
      }
      inflight += 1;
      const over = onCall?.(incoming);
      const xTimeout = incoming.headers["x-timeout"];
      const hop: AnsweringHop = {
        responseHeaders: none,
        replacedHeaders: ownHeaders,
        deadline: typeof xTimeout === "string" ? lowered(usual, settings, xTimeout) : usual,
        speaker: watchdog,
      };
      const onEnd = (): void => {
        over?.();
        end();
      };
      const take = taker?.();
      if (take !== undefined) {
        const giveUp = handOver(incoming, outgoing, {
          ...hop,
          take,
          onAnswer: ({ status }) => onAnswer?.(status),
          onEnd: () => {
            handed.delete(giveUp);
            onEnd();
          },
        });
        handed.add(giveUp);
        return;
      }
      relay(incoming, outgoing, {
        ...hop,
        agent,
        host,
        port,
        path: incoming.url ?? "/",
        requestHeaders: none,
        defaultContentType: undefined,
        onAnswer: ({ statusCode = 500 }) => onAnswer?.(statusCode),
        onEnd,
      });
    },
    async drain(drainMs) {
      accepting = false;
      if (inflight > 0 && drainMs > 0) {
        const idle = new Promise<void>((resolve) => (onIdle = resolve));
        await within({ what: "calls in flight", timeoutMs: drainMs }, () => idle).catch(() => undefined);
      }
      return inflight;
    },
    close() {
      accepting = false;
      agent.destroy(); // even where a vanished network cannot reset connections
      for (const giveUp of handed) giveUp();
    },
  };
}

const watchdog: Speaker = { name: "of-watchdog", unreachable: "", stampsDuration: true };

/** Set by the watchdog itself on every answer. */
const ownHeaders: ReadonlySet<string> = new Set(["x-duration-seconds"]);

const none: readonly string[] = [];

/** The answer to a call above `max_inflight`, in of-watchdog's words. */
function overloaded(outgoing: ServerResponse, maxInflight: number): void {
  const text = `Concurrent request limit exceeded. Max concurrent requests: ${maxInflight}\n`;
  const own = ["X-OpenFaaS-Internal", "faas-middleware", "Content-Type", "text/plain"];
  outgoing.writeHead(429, [...own, "Content-Length", String(text.length)]).end(text);
}

/** The answer to a call that comes before the function is ready or after it has been asked to stop. */
export function refuseCall(outgoing: ServerResponse): void {
  outgoing.writeHead(503, ["X-OpenFaaS-Internal", "of-watchdog", "Content-Length", "0"]).end();
}
