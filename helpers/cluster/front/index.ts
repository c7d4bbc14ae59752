import { startService, type Service } from "../../base/child-service.ts";
import type { FrontOptions } from "./options.ts";

export interface FrontInfo {
  /** Of the REST API, on loopback. */
  readonly url: string;
}

/** It may have to wait until all pods are gone. */
const graceMs = 120_000;

/**
 * Starts the process that stands between the harness and a cluster's gateway; docs/cluster.md. When it ends, for
 * whatever reason but SIGKILL, it removes every function and secret that was deployed through it.
 * @throws {KaliumError} E_SERVICE
 */
export const startFront = (options: FrontOptions): Promise<Service<FrontInfo>> =>
  startService<FrontInfo>(new URL("main.ts", import.meta.url), options, {
    name: "the cluster's front",
    timeoutMs: 60_000,
    graceMs,
  });
