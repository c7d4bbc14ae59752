import { inPod } from "../cluster/services/in-pod.ts";
import { type StartService, startService } from "../service.ts";
import type { Lab } from "./lab.ts";

/** Starts services of the run that functions call: on this machine, or in the cluster's pod for them. */
export const serviceStarter = ({
  cluster,
  config,
}: Pick<Lab, "config"> & { readonly cluster?: Lab["cluster"] | undefined }): StartService =>
  cluster?.services === undefined ? startService : inPod(cluster.services, config.cluster.kubeconfig);
