/** The process of `startForwarding`. */
import { runService } from "../../base/child-service.ts";
import { connectCluster } from "./connect.ts";
import { forwardService } from "./port-forward.ts";
import type { ForwardingOptions } from "./start-forwarding.ts";

await runService(async (given) => {
  const { kubeconfig, service } = given as ForwardingOptions; // from startForwarding
  const forwarded = await forwardService(connectCluster(kubeconfig), service);
  return { info: forwarded.endpoint, stop: async () => forwarded[Symbol.asyncDispose]() };
});
