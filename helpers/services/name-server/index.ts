import { startService, type Service } from "../../base/child-service.ts";
import { readCountsPage } from "../../base/counts-page.ts";

/** Names under which functions of the artifact's workload find the run's services, as in the artifact's cluster. */
export interface ServiceNames {
  /** As functions write it: found through the search list of pods. */
  readonly gateway: string;
  readonly mysql: string;
  /** A host outside the cluster, as in the artifact. */
  readonly imageServer: string;
}

export const serviceNames: ServiceNames = {
  gateway: "gateway.openfaas",
  mysql: "mysql.openfaas-fn.svc.cluster.local",
  imageServer: "images.kalium-bench.test",
};

/** What the name server knows: whole names, all at the address of the run's services. */
export const wholeNames = (
  { gateway, mysql, imageServer }: ServiceNames,
  address: string,
): NameServerOptions["names"] => ({
  [`${gateway}.svc.cluster.local`]: address,
  [mysql]: address,
  [imageServer]: address,
});

export interface NameServerOptions {
  readonly host: string;
  /** 0: a free one. `resolv.conf` knows only 53. */
  readonly port: number;
  /** Whole name in lower case to IPv4 address. */
  readonly names: Readonly<Record<string, string>>;
}

export interface NameServerInfo {
  readonly port: number;
  /** Address on this machine's loopback that tells what was asked. */
  readonly controlUrl: string;
}

/** Since the start. */
export interface Lookups {
  /** Questions of any kind: a look-up through the search list asks several. */
  readonly questions: number;
  /** Look-ups that found their name, by name. */
  readonly found: Readonly<Record<string, number>>;
}

/** Starts a resolver that answers as a cluster's does, for the names of the run alone. @throws {KaliumError} E_SERVICE */
export const startNameServer = (options: NameServerOptions): Promise<Service<NameServerInfo>> =>
  startService(new URL("main.ts", import.meta.url), options, { name: "name server", timeoutMs: 120_000 });

/** @throws {KaliumError} E_SERVICE */
export const readLookups = async ({ controlUrl }: Pick<NameServerInfo, "controlUrl">): Promise<Lookups> =>
  (await readCountsPage(controlUrl, "name server")) as Lookups;
