import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Service } from "../../base/child-service.ts";
import type { Config } from "../../config/config.ts";
import { systemNamed, workloadOf } from "../../config/systems.ts";
import type { LocalNetworkInfo } from "../../contracts/runtime.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import {
  type NameServerInfo,
  type ServiceNames,
  serviceNames,
  startNameServer,
  wholeNames,
} from "../../services/name-server/index.ts";

export interface RunNames {
  readonly nameServer?: Service<NameServerInfo>;
  /** Absent: functions get addresses. */
  readonly names?: ServiceNames;
  /** For the record: who answers, or why no name is looked up. */
  readonly lookups: string;
}

/** The port that a `resolv.conf` means. */
const port = 53;

/**
 * The resolver of a run in which some system does the artifact's work, on the run's bridge.
 * @throws {KaliumError} E_SERVICE when it cannot listen there
 */
export async function startNames(config: Config, network: LocalNetworkInfo): Promise<RunNames> {
  const asking = config.systems.some((name) => workloadOf(systemNamed(name), config) === "artifact");
  if (!asking) return { lookups: "none: lean workload" };
  if (network.kind === "loopback") return { lookups: "none: functions share the machine's loopback and its resolver" };
  const names = { ...serviceNames, imageServer: (await nameInCertificate(config)) ?? serviceNames.imageServer };
  const host = network.hostAddress;
  const nameServer = await startNameServer({ host, port, names: wholeNames(names, host) }).catch((error: unknown) => {
    throw new KaliumError("E_SERVICE", `no name server can run at ${host}:${port}: ${messageOf(error)}`, {
      hint: "Free UDP port 53 of all addresses, or measure with KALIUM_WORKLOAD=lean, which looks no names up.",
      cause: error,
    });
  });
  return { nameServer, names, lookups: "a name server on the run's bridge, with a cluster's search list" };
}

/** The first name without a wildcard that the user's certificate is for; the image server explains one that cannot be read. */
export async function nameInCertificate({ tls: { files } }: Pick<Config, "tls">): Promise<string | undefined> {
  if (files === undefined) return undefined;
  try {
    const { subjectAltName = "" } = new X509Certificate(await readFile(files.cert));
    return /(?:^|, )DNS:([^*,]+)/.exec(subjectAltName)?.[1]?.toLowerCase();
  } catch {
    return undefined;
  }
}
