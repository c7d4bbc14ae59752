import { workloadOf } from "../../config/systems.ts";
import type { System } from "../../contracts/system.ts";
import { functionGatewayUrl } from "../../platforms/platform.ts";
import type { ServiceNames } from "../../services/name-server/index.ts";
import type { Lab } from "../run/lab.ts";
import type { ServicesFor } from "../suite/needed-services.ts";
import { resolveOf } from "../suite/picture-server.ts";
import type { Surroundings } from "./deployment.ts";

/** What runs of the testbed: for a function without needs the lab is enough. */
type Running = Partial<ServicesFor<never>> & { readonly lab: Lab };

/** What functions of a system find around them. */
export function surroundingsOf(system: System, { lab, databases, mail, images }: Running): Surroundings {
  const { config, names, network } = lab;
  const workload = workloadOf(system, config);
  const access = databases?.accessOf(system);
  /** By name where the function is to look it up; a database elsewhere has its own. */
  const named = (host: string, name: keyof ServiceNames): string =>
    workload === "artifact" && names !== undefined && host === network.hostAddress ? names[name] : host;
  const gatewayUrl = new URL(functionGatewayUrl(lab));
  gatewayUrl.hostname = named(gatewayUrl.hostname, "gateway");
  return {
    gatewayUrl: gatewayUrl.href,
    ...(access && {
      database: {
        host: named(access.host, "mysql"),
        port: access.port,
        name: access.database,
        user: access.user,
      },
    }),
    ...(mail && {
      mail: { host: mail.host, port: mail.port, ...(mail.login && { user: mail.login.user }) },
    }),
    privateCa: images?.caCertificatePem !== undefined,
    ...(images && { imageUrl: images.imageUrl, ...(workload === "artifact" && names ? {} : resolveOf(images, lab)) }),
    tlsVersion: config.tls.version,
    proxied: config.valveProxied,
    variantSecrets: lab.variantSecrets[system.variant] ?? [],
    workload,
    chargeSeed: config.plan.seed,
    paddingBytes: 0,
    memoryMiB: config.functionMemoryMib,
    callTimeoutMs: config.callTimeoutMs,
  };
}
