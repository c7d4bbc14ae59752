import { inPod } from "../../cluster/services/in-pod.ts";
import { KaliumError } from "../../base/errors.ts";
import { type StartService, startService } from "../../base/child-service.ts";
import type { Lab } from "./lab.ts";

/** Starts services of the run that functions call: on this machine, or in the cluster's pod for them. */
export const serviceStarter = ({
  cluster,
  config,
}: Pick<Lab, "config"> & { readonly cluster?: Lab["cluster"] | undefined }): StartService =>
  cluster?.services === undefined ? startService : inPod(cluster.services, config.cluster.kubeconfig);

/** Adds to the error of a service that does not answer in which pod it ran, and what to do; others stay as they are. */
export function placedError(error: unknown, { cluster }: Pick<Lab, "cluster">): unknown {
  const pod = cluster?.services;
  if (pod === undefined || !(error instanceof KaliumError) || error.code !== "E_SERVICE") return error;
  const { namespace, pod: name, node } = pod;
  return new KaliumError("E_SERVICE", `${error.message}; it ran in pod ${namespace}/${name} on ${node}`, {
    hint: "Run `npm run cluster -- doctor` before the next measurement.",
    cause: error,
  });
}
