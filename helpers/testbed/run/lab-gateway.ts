import { createClient, type GatewayClient } from "../../gateway/client.ts";
import type { Lab } from "./lab.ts";

/** A client of the run's gateway. The caller closes it. */
export const labClient = (
  { gateway, config }: Pick<Lab, "gateway" | "config">,
  connection: "keepalive" | "fresh" = "keepalive",
): GatewayClient =>
  createClient({
    url: gateway.url,
    invokeUrl: gateway.invokeUrl,
    basicAuth: gateway,
    connection,
    callTimeoutMs: config.callTimeoutMs,
  });
