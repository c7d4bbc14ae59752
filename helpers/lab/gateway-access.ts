import type { Cluster } from "../cluster/api/connect.ts";
import type { ClusterFacts } from "../cluster/facts.ts";
import type { ClusterConfig } from "../config/config.ts";
import { KaliumError, messageOf } from "../errors.ts";
import type { BasicAuth } from "../gateway/basic-auth.ts";

export interface GatewayAccess {
  readonly url: string;
  /** `cluster-ip`, `node-port`, `pod-ip`, `given`: for the record. */
  readonly via: string;
}

const tryMs = 3_000;

/**
 * The first address of the gateway that answers this machine; the user's own wins.
 * @throws {KaliumError} E_CLUSTER with what each of them said
 */
export async function chooseGateway(
  { gateway }: Pick<ClusterFacts, "gateway">,
  { gatewayUrl }: Pick<ClusterConfig, "gatewayUrl">,
): Promise<GatewayAccess> {
  const candidates = gatewayUrl === undefined ? gateway.urls : [{ via: "given", url: gatewayUrl.replace(/\/+$/, "") }];
  const failures: string[] = [];
  for (const { via, url } of candidates) {
    try {
      const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(tryMs) });
      await answer.arrayBuffer();
      if (answer.status === 200) return { url, via };
      failures.push(`${url}: status ${answer.status}`);
    } catch (error) {
      failures.push(`${url}: ${causeOf(error)}`);
    }
  }
  const { namespace, name, port } = gateway.service;
  throw new KaliumError("E_CLUSTER", `the gateway does not answer this machine: ${failures.join("; ")}`, {
    hint:
      `npm run cluster -- doctor; from outside the cluster: kubectl -n ${namespace} port-forward svc/${name} 8080:${port} ` +
      "and KALIUM_GATEWAY_URL=http://127.0.0.1:8080 (its way is then part of every latency)",
  });
}

const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);

/** Of the REST API, from the cluster's Secret; `undefined` where it is open. @throws {KaliumError} E_CLUSTER */
export async function credentialsOf(
  cluster: Cluster,
  { gateway: { credentials } }: Pick<ClusterFacts, "gateway">,
): Promise<BasicAuth | undefined> {
  if (credentials === undefined) return undefined;
  const { namespace, name } = credentials;
  const { data } = await cluster.ask(`read Secret ${namespace}/${name}`, () =>
    cluster.core.readNamespacedSecret(credentials),
  );
  const text = (key: string): string =>
    Buffer.from(data?.[key] ?? "", "base64")
      .toString()
      .trim();
  const [user, password] = [text("basic-auth-user"), text("basic-auth-password")];
  if (user !== "" && password !== "") return { user, password };
  throw new KaliumError("E_CLUSTER", `Secret ${namespace}/${name} has no basic-auth-user and basic-auth-password`, {
    hint: "npm run cluster -- doctor",
  });
}
