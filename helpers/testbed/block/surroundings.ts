import type { System } from "../../contracts.ts";
import { functionGatewayUrl } from "../../platforms/platform.ts";
import { resolveOf } from "../suite/picture-server.ts";
import type { Services } from "../suite/services.ts";
import type { Surroundings } from "./deployment.ts";

/** What functions of a system find around them. Everything but the lab is absent until its hook has put it up. */
export function surroundingsOf(
  system: System,
  { lab, databases, mail, images }: Pick<Services, "lab"> & Partial<Pick<Services, "databases" | "mail" | "images">>,
): Surroundings {
  const { config } = lab;
  const access = databases?.accessOf(system);
  return {
    gatewayUrl: functionGatewayUrl(lab),
    ...(access && { database: { host: access.host, port: access.port, name: access.database, user: access.user } }),
    ...(mail && { mail: { host: mail.host, port: mail.port } }),
    privateCa: images?.caCertificatePem !== undefined,
    ...(images && { imageUrl: images.imageUrl, ...resolveOf(images, lab) }),
    tlsVersion: config.tls.version,
    proxied: config.valveProxied,
    variantSecrets: lab.variantSecrets[system.variant] ?? [],
    chargeSeed: config.plan.seed,
    paddingBytes: 0,
    memoryMiB: config.functionMemoryMib,
    callTimeoutMs: config.callTimeoutMs,
  };
}
