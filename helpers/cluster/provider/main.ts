/** Our gateway on a cluster as a process of this machine: `startService(new URL("helpers/cluster/provider/main.ts"), options)`. */
import { runService } from "../../base/child-service.ts";
import { startClusterGateway } from "./cluster-gateway.ts";

await runService(async (options) => {
  const { url, metricsUrl, close } = await startClusterGateway(options);
  return { info: { url, metricsUrl }, stop: close };
});
