import type { Cluster } from "../api/connect.ts";
import { startForwarding } from "../api/start-forwarding.ts";
import type { ClusterFacts } from "../facts.ts";
import type { ClusterConfig } from "../../config/config.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import type { BasicAuth } from "../../gateway/basic-auth.ts";

export interface GatewayAccess extends AsyncDisposable {
  readonly url: string;
  /** `cluster-ip`, `node-port`, `pod-ip`, `given`, `port-forward`: for the record. */
  readonly via: string;
}

const tryMs = 3_000;

/**
 * The first address of the gateway that answers this machine; the user's own wins. Where none does, a port-forward
 * through the API server, which ends with the result and is part of every latency until then.
 * @throws {KaliumError} E_CLUSTER with what each of them said
 */
export async function reachGateway(
  { gateway }: Pick<ClusterFacts, "gateway">,
  { gatewayUrl, kubeconfig }: Pick<ClusterConfig, "gatewayUrl" | "kubeconfig">,
): Promise<GatewayAccess> {
  const given = gatewayUrl === undefined ? undefined : [{ via: "given", url: gatewayUrl.replace(/\/+$/, "") }];
  const failures: string[] = [];
  const answers = async (url: string): Promise<boolean> => {
    const failure = await gatewayFailure(url);
    if (failure !== undefined) failures.push(`${url}: ${failure}`);
    return failure === undefined;
  };
  for (const { via, url } of given ?? gateway.urls) {
    if (await answers(url)) return { url, via, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  if (given === undefined) {
    const forwarded = await startForwarding({ kubeconfig, service: gateway.service });
    const url = `http://${forwarded.info.host}:${forwarded.info.port}`;
    if (await answers(url)) return { url, via: "port-forward", [Symbol.asyncDispose]: () => forwarded.stop() };
    await forwarded.stop();
  }
  throw new KaliumError("E_CLUSTER", `the gateway does not answer this machine: ${failures.join("; ")}`, {
    hint: "Run `npm run cluster -- doctor`, or set KALIUM_GATEWAY_URL to an address that this machine reaches.",
  });
}

/** Why a gateway's address is of no use to this machine; `undefined`: it answers. */
export async function gatewayFailure(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(tryMs) });
    await answer.arrayBuffer();
    return answer.status === 200 ? undefined : `status ${answer.status}`;
  } catch (error) {
    return causeOf(error);
  }
}

const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);

/** Of the REST API, from the cluster's Secret; `undefined` where it is open. @throws {KaliumError} E_CLUSTER */
export async function gatewayCredentials(
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
    hint: "Run `npm run cluster -- doctor`.",
  });
}
