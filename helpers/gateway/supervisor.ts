import type { IncomingMessage, ServerResponse } from "node:http";
import type { RuntimeProof } from "../contracts/proof.ts";
import type { Sandbox, SandboxExit } from "../contracts/sandbox.ts";
import { createCallGate, type GatewayCall } from "./call-gate.ts";
import type { DeploymentPlan } from "./deployment-plan.ts";
import type { InstanceLines } from "./instance-lines.ts";
import { listenAsWatchdog } from "./watchdog-server.ts";

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
  const gate = createCallGate(sandbox, plan.watchdog, gatewayTimeoutMs);
  const watched = { settings: plan.watchdog, function: sandbox, healthy: gate.accepting, ...gate };
  const { server, url } = await listenAsWatchdog(watched, { host, port: 0 });
  const close = (): void => {
    gate.close();
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
    handle: gate.handle,
    stop: (drainMs) =>
      (stopping ??= (async () => {
        const left = await gate.drain(drainMs);
        if (left > 0 && drainMs > 0) lines.note(`stopped with ${left} calls in flight`);
        close();
        server.closeAllConnections();
        await sandbox.stop(stopGraceMs);
      })()),
  };
}
