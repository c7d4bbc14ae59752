/** The local process that represents a service in the cluster's pod: `inPod`. When it ends, the service ends. */
import { runService } from "../../base/child-service.ts";
import { connectCluster } from "../api/connect.ts";
import { runInPod } from "./run-in-pod.ts";
import type { StandInOptions } from "./in-pod.ts";

await runService(async (given) => {
  const { kubeconfig, pod, program, options } = given as StandInOptions; // from inPod
  const service = await runInPod(connectCluster(kubeconfig), pod, { program, options });
  void service.ended.then(() => process.exit(1)); // whoever calls it is to be refused, not to wait
  return service;
});
