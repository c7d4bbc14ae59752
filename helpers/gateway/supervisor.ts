import { Agent, type IncomingMessage, type ServerResponse } from "node:http";
import type { RuntimeProof, Sandbox, SandboxExit } from "../contracts.ts";
import { within } from "../deadline.ts";
import { callDeadline, lowered } from "./call-deadline.ts";
import type { DeploymentPlan } from "./deployment-plan.ts";
import type { InstanceLines } from "./instance-lines.ts";
import { relay } from "./relay.ts";
import { listenAsWatchdog } from "./watchdog-server.ts";

/** What the gateway asks of a call that it hands in directly, without the supervisor's socket. */
export interface GatewayCall {
  readonly path: string;
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
  readonly replacedHeaders: ReadonlySet<string>;
  readonly defaultContentType: string;
}

/** One ready instance of a function with of-watchdog's contract (`mode=http`) around it. */
export interface Supervisor {
  readonly id: string;
  readonly proof: RuntimeProof;
  /** Base URLs: the supervisor's own listener and the function itself. */
  readonly endpoints: { readonly instance: string; readonly supervisor: string; readonly function: string };
  /** Settles at once when the instance is gone; never rejects. */
  readonly exited: Promise<SandboxExit>;
  /** The last lines that the instance printed. */
  lastLines(): readonly string[];
  handle(incoming: IncomingMessage, outgoing: ServerResponse, call?: GatewayCall): void;
  /** Refuses new calls, waits for those in flight for at most `drainMs`, then removes the instance. Idempotent. */
  stop(drainMs: number): Promise<void>;
}

export interface Supervised {
  readonly sandbox: Sandbox;
  readonly lines: InstanceLines;
  readonly proof: RuntimeProof;
  readonly plan: DeploymentPlan;
  /** Address of the supervisor's own listener. */
  readonly host: string;
  /** From asking the instance to stop to killing it. */
  readonly stopGraceMs: number;
  readonly gatewayTimeoutMs: number;
}

/** Puts a supervisor around an instance whose function answers. */
export async function supervise(supervised: Supervised): Promise<Supervisor> {
  const { sandbox, lines, proof, plan, host, stopGraceMs, gatewayTimeoutMs } = supervised;
  const settings = plan.watchdog;
  const agent = new Agent({ keepAlive: true });
  const viaGateway = callDeadline(settings, gatewayTimeoutMs);
  const viaListener = callDeadline(settings, undefined);
  let accepting = true;
  let inflight = 0;
  let onIdle: (() => void) | undefined;
  const full = (): boolean => settings.maxInflight > 0 && inflight >= settings.maxInflight;

  const onEnd = (): void => {
    inflight -= 1;
    if (inflight === 0) onIdle?.();
  };
  const handle: Supervisor["handle"] = (incoming, outgoing, call) => {
    if (!accepting || full()) {
      refuse(outgoing, accepting ? 429 : 503);
      return;
    }
    inflight += 1;
    const xTimeout = incoming.headers["x-timeout"];
    const deadline = call === undefined ? viaListener : viaGateway;
    relay(incoming, outgoing, {
      agent,
      host: sandbox.host,
      port: sandbox.port,
      path: call?.path ?? incoming.url ?? "/",
      requestHeaders: call?.requestHeaders ?? [],
      responseHeaders: call?.responseHeaders ?? [],
      replacedHeaders: call?.replacedHeaders ?? ownHeaders,
      defaultContentType: call?.defaultContentType,
      deadline: typeof xTimeout === "string" ? lowered(deadline, settings, xTimeout) : deadline,
      onEnd,
    });
  };

  const watched = { settings, function: sandbox, accepting: () => accepting, full, handle };
  const { server, url } = await listenAsWatchdog(watched, host);
  const close = (): void => {
    accepting = false;
    agent.destroy(); // calls in flight get their 500 now, even where a vanished network cannot reset them
    server.close();
  };
  void sandbox.exited.then(close);
  let stopping: Promise<void> | undefined;
  return {
    id: sandbox.id,
    proof,
    endpoints: { instance: sandbox.id, supervisor: url, function: `http://${sandbox.host}:${sandbox.port}` },
    exited: sandbox.exited,
    lastLines: lines.last,
    handle,
    stop: (drainMs) =>
      (stopping ??= (async () => {
        accepting = false;
        if (inflight > 0 && drainMs > 0) {
          const idle = new Promise<void>((resolve) => (onIdle = resolve));
          const drained = within({ what: "calls in flight", timeoutMs: drainMs }, () => idle);
          await drained.catch(() => lines.note(`stopped with ${inflight} calls in flight`));
        }
        close();
        server.closeAllConnections();
        await sandbox.stop(stopGraceMs);
      })()),
  };
}

/** Set by the watchdog itself on every answer. */
const ownHeaders: ReadonlySet<string> = new Set(["x-duration-seconds"]);

function refuse(outgoing: ServerResponse, status: 429 | 503): void {
  outgoing.writeHead(status, { "X-OpenFaaS-Internal": "of-watchdog", "Content-Length": 0 }).end();
}
