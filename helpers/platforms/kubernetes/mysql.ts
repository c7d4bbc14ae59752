import { connect } from "node:net";
import { once } from "node:events";
import type { Cluster } from "../../cluster/api/connect.ts";
import { forwardService } from "../../cluster/api/port-forward.ts";
import type { ClusterFacts } from "../../cluster/facts.ts";
import { KaliumError } from "../../base/errors.ts";
import { type MysqlServer, startMysql } from "../../services/mysql/index.ts";
import type { ServerEndpoint } from "../../services/mysql/index.ts";

const tryMs = 2_000;

export interface ClusterMysqlOptions {
  readonly runId: string;
  readonly runDirectory: string;
  /** KALIUM_MYSQL_URL: a server of the user's that this machine and pods reach at the same address. */
  readonly url?: string | undefined;
}

/**
 * The cluster's database server, administered at its own address where this machine reaches it, else by a port-forward
 * of this process. Its databases of this run go when the lab ends.
 * @throws {KaliumError} E_MYSQL, E_CLUSTER
 */
export async function startClusterMysql(
  cluster: Cluster,
  { mysql }: Pick<ClusterFacts, "mysql">,
  { url, ...run }: ClusterMysqlOptions,
): Promise<MysqlServer> {
  const options = { ...run, network: { kind: "loopback", hostAddress: "127.0.0.1" } } as const;
  if (url !== undefined) {
    const { hostname: host, port } = new URL(url);
    const endpoint = { host, port: port === "" ? 3306 : Number(port) };
    return startMysql({ ...options, url, door: { endpoint, accountHost: "%", reachable: true } });
  }
  await using stack = new AsyncDisposableStack();
  const { functionEndpoint, accountHost, service, adminSecret } = mysql;
  const reachable = await isReachable(functionEndpoint);
  let endpoint = functionEndpoint;
  if (!reachable) {
    if (service === undefined) throw unreachable(functionEndpoint);
    endpoint = stack.use(await forwardService(cluster, service)).endpoint;
  }
  const { data } = await cluster.ask(`read Secret ${adminSecret.namespace}/${adminSecret.name}`, () =>
    cluster.core.readNamespacedSecret(adminSecret),
  );
  const text = (key: string): string => Buffer.from(data?.[key] ?? "", "base64").toString();
  const adminUrl = new URL(`mysql://${endpoint.host}:${endpoint.port}`);
  adminUrl.username = encodeURIComponent(text("user"));
  adminUrl.password = encodeURIComponent(text("password"));
  const server = await startMysql({
    ...options,
    url: adminUrl.href,
    door: { endpoint: functionEndpoint, accountHost, reachable },
  });
  stack.defer(() => server.stop());
  const owned = stack.move();
  return { ...server, stop: () => owned.disposeAsync() };
}

async function isReachable({ host, port }: ServerEndpoint): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(tryMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const unreachable = ({ host, port }: ServerEndpoint): KaliumError =>
  new KaliumError("E_MYSQL", `the cluster's database at ${host}:${port} does not answer this machine`, {
    hint: "Run `npm run cluster -- doctor`.",
  });
