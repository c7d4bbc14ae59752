import { type Service, startService } from "../../base/child-service.ts";
import type { Forwarded, ForwardTarget } from "./port-forward.ts";

export interface ForwardingOptions {
  readonly kubeconfig?: string | undefined;
  readonly service: ForwardTarget;
}

/** A port-forward in a process of its own: what passes it is timed. @throws {KaliumError} E_CONFIG, E_SERVICE */
export const startForwarding = (options: ForwardingOptions): Promise<Service<Forwarded["endpoint"]>> =>
  startService(new URL("forwarding.ts", import.meta.url), options, { name: "port-forward", timeoutMs: 30_000 });
