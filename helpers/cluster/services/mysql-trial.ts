import { within } from "../../base/deadline.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { connectMysql } from "../../services/mysql/admin.ts";
import type { ServerEndpoint } from "../../services/mysql/info.ts";
import { openMysqlSession, readServerFacts } from "../../services/mysql/session.ts";
import type { Cluster } from "../api/connect.ts";
import { forwardService } from "../api/port-forward.ts";
import type { ClusterFacts } from "../facts.ts";

type Server = Pick<ClusterFacts["mysql"], "functionEndpoint" | "adminSecret" | "service" | "accountHost">;

/**
 * Seeds a database through a port-forward, or directly where the server is the user's, and removes it again. Each run
 * of the benchmark then makes its own, one per system.
 * @throws {KaliumError} E_MYSQL with the privilege that is missing, E_CLUSTER
 */
export async function tryMysql(
  cluster: Cluster,
  server: Server,
  runId: string,
  statements: readonly string[],
): Promise<Pick<ClusterFacts["mysql"], "version" | "sqlMode">> {
  await using stack = new AsyncDisposableStack();
  const { service, functionEndpoint } = server;
  const endpoint: ServerEndpoint =
    service === undefined ? functionEndpoint : stack.use(await forwardService(cluster, service)).endpoint;
  const login = { endpoint, ...(await readAdmin(cluster, server)) };
  const session = openMysqlSession(login);
  stack.defer(() => session.end());
  const shown = `${endpoint.host}:${endpoint.port}`;
  const { version, sqlMode } = await within({ what: `an answer of MySQL at ${shown}`, timeoutMs: 60_000 }, () =>
    readServerFacts(session),
  ).catch((error: unknown) => {
    throw new KaliumError("E_MYSQL", `MySQL at ${shown} cannot be used: ${messageOf(error)}`, {
      hint: "Run `npm run cluster -- status`, and read `kubectl -n openfaas-fn logs deploy/kalium-bench-mysql`.",
      cause: error,
    });
  });
  const identity = { runId, source: "url", skipped: [], version, sqlMode } as const;
  const admin = connectMysql({ ...identity, ...login, functionEndpoint: endpoint, accountHost: server.accountHost });
  stack.defer(() => admin.close());
  const { database } = await admin.createDatabase("trial", statements);
  await admin.dropDatabase(database);
  return { version, sqlMode };
}

async function readAdmin(cluster: Cluster, { adminSecret: { namespace, name } }: Server) {
  const { data } = await cluster.ask(`read Secret ${namespace}/${name}`, () =>
    cluster.core.readNamespacedSecret({ namespace, name }),
  );
  const text = (key: string): string => Buffer.from(data?.[key] ?? "", "base64").toString();
  return { adminUser: text("user"), adminPassword: text("password") };
}
