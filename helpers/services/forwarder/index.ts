import { startService, type Service } from "../../base/child-service.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface ForwarderOptions {
  /** Port 0 is a free one. */
  readonly listen: Address;
  readonly target: Address;
}

/** Makes `target` reachable at another address, in a process of its own; `info` is the address it got. */
export const startForwarder = (options: ForwarderOptions, signal?: AbortSignal): Promise<Service<Address>> =>
  startService<Address>(new URL("main.ts", import.meta.url), options, {
    name: "TCP forwarder",
    timeoutMs: 120_000,
    ...(signal && { signal }),
  });
