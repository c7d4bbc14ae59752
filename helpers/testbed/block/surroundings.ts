import { workloadOf } from "../../config/systems.ts";
import type { System } from "../../contracts.ts";
import { functionGatewayUrl } from "../../platforms/platform.ts";
import type { Lab } from "../run/lab.ts";
import type { ServicesFor } from "../suite/needed-services.ts";
import { resolveOf } from "../suite/picture-server.ts";
import type { Surroundings } from "./deployment.ts";

/** What runs of the testbed: for a function without needs the lab is enough. */
type Running = Partial<ServicesFor<never>> & { readonly lab: Lab };

/** What functions of a system find around them. */
export function surroundingsOf(system: System, { lab, databases, mail, images }: Running): Surroundings {
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
    workload: workloadOf(system, config),
    chargeSeed: config.plan.seed,
    paddingBytes: 0,
    memoryMiB: config.functionMemoryMib,
    callTimeoutMs: config.callTimeoutMs,
  };
}
