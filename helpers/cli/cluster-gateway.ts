import type { Command } from "commander";
import { wholeNumberFrom } from "./usage.ts";

interface GatewayCommandOptions {
  readonly kubeconfig?: string;
  readonly json?: true;
  readonly host: string;
  readonly port: number;
  readonly namespace?: string;
  readonly functionLimit?: number;
  readonly replicaLimit?: number;
  readonly profiles?: true;
  readonly credentials?: string;
  readonly open?: true;
  readonly callbackHosts?: readonly string[];
}

/** `kalium-bench cluster gateway`: our gateway as a process of this machine. It must be able to reach the pods. */
export function registerClusterGateway(command: Command): void {
  command
    .option("--host <address>", "Address to listen on", "127.0.0.1")
    .option("--port <number>", "Port to listen on; 0: a free one", wholeNumberFrom(0, 65_535), 8080)
    .option("--namespace <name>", "Namespace of the functions (default: openfaas-fn)")
    .option(
      "--function-limit <number>",
      "Maximum number of functions (default: no limit; OpenFaaS CE: 15)",
      wholeNumberFrom(1, 1_000_000),
    )
    .option(
      "--replica-limit <number>",
      "Maximum number of replicas per function (default: 5, as OpenFaaS CE)",
      wholeNumberFrom(1, 1_000_000),
    )
    .option("--profiles", "Apply com.openfaas.profile, as faas-netes did until 0.14.1")
    .option("--credentials <namespace/secret>", "Secret with user and password (default: openfaas/basic-auth)")
    .option("--open", "Accept calls without credentials")
    .option(
      "--callback-hosts <hosts...>",
      "Hosts, besides its own functions, to which it may post answers of asynchronous calls (default: KALIUM_CALLBACK_HOSTS)",
    )
    .action(serve);
}

async function serve(options: GatewayCommandOptions): Promise<void> {
  const [{ startClusterGateway }, { onInterrupt }, { loadConfig }] = await Promise.all([
    import("../cluster/provider/cluster-gateway.ts"),
    import("./on-interrupt.ts"),
    import("../config/config.ts"),
  ]);
  const given = options.callbackHosts && { KALIUM_CALLBACK_HOSTS: options.callbackHosts.join(",") };
  const { callbackHosts } = loadConfig({ ...process.env, ...given });
  const { kubeconfig, json, host, port, namespace, functionLimit, replicaLimit, profiles, open } = options;
  const [secretNamespace = "", secretName = ""] = (options.credentials ?? "openfaas/basic-auth").split("/");
  using interrupt = onInterrupt();
  await using gateway = await startClusterGateway({
    host,
    port,
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(namespace !== undefined && { namespace }),
    ...(functionLimit !== undefined && { functionLimit }),
    ...(replicaLimit !== undefined && { replicaLimit }),
    ...(profiles && { profiles }),
    callbackHosts: [...callbackHosts],
    ...(open ? {} : { credentials: { from: "secret", namespace: secretNamespace, name: secretName } }),
  });
  const { url, metricsUrl } = gateway;
  console.log(
    json
      ? JSON.stringify({ url, metricsUrl })
      : `Gateway  ${url}\nMetrics  ${metricsUrl}\nCtrl-C ends it; the functions stay.`,
  );
  const { signal } = interrupt;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
}
