import { createClient, type GatewayClient } from "../../gateway/client.ts";
import type { Lab } from "./lab.ts";

/** The gateway as functions reach it. */
export const functionGatewayUrl = ({ gateway }: Pick<Lab, "gateway">): string => gateway.functionUrl ?? gateway.url;

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
