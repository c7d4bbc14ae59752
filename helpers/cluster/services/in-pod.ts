import { type StartService, startService } from "../../base/child-service.ts";
import { type ServiceProgram, serviceProgram } from "./service-programs.ts";
import type { ServicesPod } from "./services-pod.ts";

/** Of the local process that represents a service in the pod. Holds the service's secrets. */
export interface StandInOptions {
  readonly kubeconfig?: string | undefined;
  readonly pod: ServicesPod;
  readonly program: ServiceProgram;
  readonly options: unknown;
}

/** What the way through the API server takes more, ms. */
const furtherMs = 60_000;

/**
 * Starts the run's services in a pod of the cluster instead of here. What a service listens on for the harness alone is
 * reached by a port-forward; what it listens on for functions is at the pod's address.
 */
export const inPod =
  (pod: ServicesPod, kubeconfig: string | undefined): StartService =>
  (entry, options, { timeoutMs, ...start }) =>
    startService(
      new URL("stand-in.ts", import.meta.url),
      { kubeconfig, pod, program: serviceProgram(entry), options } satisfies StandInOptions,
      { ...start, timeoutMs: timeoutMs + furtherMs },
    );
