import { workloadOf } from "../../config/systems.ts";
import type { System } from "../../contracts.ts";
import { functionGatewayUrl } from "../../platforms/platform.ts";
import type { ImageServerInfo } from "../../services/image-server/index.ts";
import type { SmtpSinkInfo } from "../../services/smtp-sink/index.ts";
import type { Lab } from "../run/lab.ts";
import type { SeededDatabases } from "../suite/databases.ts";
import { resolveOf } from "../suite/picture-server.ts";
import type { Surroundings } from "./deployment.ts";

/** What runs of the testbed. Everything but the lab is absent until its hook has put it up. */
interface Running {
  readonly lab: Lab;
  readonly databases?: SeededDatabases | undefined;
  readonly mail?: SmtpSinkInfo | undefined;
  readonly images?: ImageServerInfo | undefined;
}

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
