import { type Service, startService } from "../../base/child-service.ts";
import type { Lab } from "../run/lab.ts";

export interface EchoInfo {
  readonly host: string;
  readonly port: number;
}

/** A TCP server outside all sandboxes that sends back what it gets. @throws {KaliumError} E_SERVICE */
export const startEcho = ({ cluster, network }: Pick<Lab, "cluster" | "network">): Promise<Service<EchoInfo>> =>
  startService<EchoInfo>(
    new URL("echo-service.ts", import.meta.url),
    { host: cluster?.services === undefined ? network.hostAddress : "127.0.0.1" },
    { name: "echo server", timeoutMs: 120_000 },
  );
