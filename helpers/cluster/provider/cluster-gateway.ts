import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { KaliumError } from "../../base/errors.ts";
import { recordOf } from "../../base/record-of.ts";
import type { BasicAuth } from "../../gateway/basic-auth.ts";
import { serveGateway, type Gateway } from "../../gateway/serve-gateway.ts";
import { type Cluster, connectCluster } from "../api/connect.ts";
import { functionNamespace } from "../names.ts";
import type { ClusterFunctionsOptions } from "./cluster-functions.ts";
import { createClusterProvider } from "./cluster-provider.ts";

/** Where user and password come from; keys and file names as OpenFaaS has them. Absent: the API is open. */
const credentialsSchema = z.discriminatedUnion("from", [
  z.strictObject({ from: z.literal("given"), user: z.string().min(1), password: z.string().min(1) }),
  z.strictObject({ from: z.literal("secret"), namespace: z.string(), name: z.string() }),
  z.strictObject({ from: z.literal("folder"), path: z.string().startsWith("/") }),
]);

const portNumber = z.number().int().min(0).max(65_535);
const count = z.number().int().min(1);

/** Options of our gateway on a cluster. */
export const clusterGatewaySchema = z.strictObject({
  host: z.ipv4(),
  port: portNumber.default(0),
  metricsPort: portNumber.default(0),
  /** Absent: the pod's own account, or where kubectl looks. */
  kubeconfig: z.string().optional(),
  credentials: credentialsSchema.optional(),
  namespace: z.string().default(functionNamespace),
  functionLimit: count.optional(),
  replicaLimit: count.default(5),
  profiles: z.boolean().default(false),
  objectLabels: recordOf(z.string()).default({}),
  upstreamMs: count.default(60_000),
  logFollowMs: count.default(65_000),
  holdUntilReady: z.boolean().optional(),
  callbackHosts: z.array(z.string().min(1)).default([]),
});

export type ClusterGatewayOptions = z.input<typeof clusterGatewaySchema>;

/** For tests: passes for another provider, with Deployments as that one makes them. */
export interface Edition {
  readonly name?: string;
  readonly adapt?: ClusterFunctionsOptions["adapt"];
}

/** @throws {KaliumError} E_CONFIG for unusable options, E_SERVICE, E_TIMEOUT without a cluster */
export async function startClusterGateway(options: unknown, edition: Edition = {}): Promise<Gateway> {
  const parsed = clusterGatewaySchema.safeParse(options);
  if (!parsed.success) {
    throw new KaliumError("E_CONFIG", `unusable options of the gateway: ${z.prettifyError(parsed.error)}`);
  }
  const { kubeconfig, credentials, upstreamMs, logFollowMs, ...rest } = parsed.data;
  const { host, port, metricsPort, holdUntilReady, callbackHosts, ...functions } = rest;
  const cluster = connectCluster(kubeconfig);
  const basicAuth = credentials && (await readCredentials(cluster, credentials));
  const { name, adapt } = edition;
  const provider = await createClusterProvider(cluster, { ...functions, gatewayTimeoutMs: upstreamMs, adapt });
  return serveGateway(
    { ...provider, ...(name !== undefined && { name }) },
    { host, port, metricsPort, holdUntilReady, callbackHosts, basicAuth },
    { upstreamMs, logFollowMs },
  );
}

async function readCredentials(cluster: Cluster, from: z.infer<typeof credentialsSchema>): Promise<BasicAuth> {
  if (from.from === "given") return { user: from.user, password: from.password };
  const read = from.from === "secret" ? await secretReader(cluster, from) : folderReader(from.path);
  const [user, password] = [await read("basic-auth-user"), await read("basic-auth-password")];
  if (user !== "" && password !== "") return { user, password };
  throw new KaliumError("E_CONFIG", "the gateway's user or password is empty", {
    hint: "Run `npm run cluster -- up`, which creates the Secret `basic-auth` again.",
  });
}

const folderReader =
  (path: string) =>
  async (name: string): Promise<string> =>
    (await readFile(join(path, name), "utf8")).trim();

async function secretReader(
  cluster: Cluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<(key: string) => string> {
  const what = `read the gateway's credentials in Secret ${namespace}/${name}`;
  const { data } = await cluster.ask(what, () => cluster.core.readNamespacedSecret({ namespace, name }));
  return (key) =>
    Buffer.from(data?.[key] ?? "", "base64")
      .toString("utf8")
      .trim();
}
