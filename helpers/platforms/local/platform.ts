import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Config } from "../../config/config.ts";
import { selectSystems } from "../../config/select-systems.ts";
import type { Availability, RuntimeSettings } from "../../contracts/runtime.ts";
import type { RuntimeName } from "../../contracts/system.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../../gateway/gateway-service.ts";
import { startInGateway } from "../../gateway/guard-seat.ts";
import { type MysqlInfo, startMysql } from "../../services/mysql/index.ts";
import { allRuntimes } from "../../runtimes/index.ts";
import { createRunNetwork } from "../../sandboxes/network.ts";
import { startService } from "../../base/child-service.ts";
import { systemNamed } from "../../config/systems.ts";
import { startNames } from "./names.ts";
import type { StartPlatform } from "../platform.ts";
import { buildAllImages } from "../variants.ts";

/** This machine: a private network, the database server and the gateway, each in a process of its own. */
export const startLocalPlatform: StartPlatform = async (config, { runId, runDirectory, say }) => {
  await using stack = new AsyncDisposableStack();
  const runNetwork = await createRunNetwork(runId, config.networkRange);
  stack.defer(() => runNetwork.remove());
  const network = runNetwork.info;
  const unfiltered = network.kind === "bridge" ? network.unfiltered : undefined;
  if (unfiltered !== undefined) {
    say(`warning: functions reach every service that listens on all addresses of this machine: ${unfiltered}`);
  }
  const settings: RuntimeSettings = { runId, runDirectory, network, nodeBinary: process.execPath, ...config.runtimes };
  const imagesDirectory = join(runDirectory, "images");
  say(`trying the runtimes of ${config.systems.join(", ")}`);
  const available = await availableRuntimes(config, settings);
  selectSystems(config, available); // a baseline that does not work is reported before a database is started

  say("starting the database server");
  const mysql = await startMysql({ runId, runDirectory, network, ...mysqlOptions(config) });
  stack.defer(() => mysql.stop());
  const { nameServer, names, lookups } = await startNames(config, network);
  if (nameServer !== undefined) stack.use(nameServer);
  const basicAuth = { user: "admin", password: randomBytes(24).toString("base64url") };
  say("building the functions, starting the gateway");
  const [{ images, watchdog }, gateway] = await Promise.all([
    buildAllImages(config, imagesDirectory),
    startGateway(config, settings, { imagesDirectory, basicAuth }),
  ]);
  stack.use(gateway);
  const { guardDoor } = gateway.info;
  const owned = stack.move();
  return {
    gateway: { url: gateway.info.url, pid: gateway.pid, ...basicAuth },
    network,
    mysql: mysql.info,
    runtimes: available,
    images,
    watchdog,
    ...(names && { names }),
    ...(guardDoor && { startInGateway: startInGateway({ door: guardDoor, pid: gateway.pid }) }),
    environment: { lookups, watchdog, commits: commitsOf(config, mysql.info), ...(unfiltered && { unfiltered }) },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** What the runtimes of the chosen systems answer; only they are tried. */
async function availableRuntimes(
  config: Config,
  settings: RuntimeSettings,
): Promise<ReadonlyMap<RuntimeName, Availability>> {
  const wanted = new Set(config.systems.map((name) => systemNamed(name).runtime));
  const signal = AbortSignal.timeout(300_000);
  const opened = allRuntimes(settings)
    .filter(({ name }) => wanted.has(name))
    .map(async (runtime): Promise<[RuntimeName, Availability]> => {
      const answer = await runtime.open(settings, signal);
      return [runtime.name, answer.available ? { available: true, identity: answer.identity } : answer];
    });
  return new Map(await Promise.all(opened));
}

const startGateway = (
  config: Config,
  runtimeSettings: RuntimeSettings,
  options: Pick<GatewayServiceOptions, "imagesDirectory" | "basicAuth">,
) =>
  startService<GatewayInfo>(
    new URL("../../gateway/main.ts", import.meta.url),
    {
      ...options,
      host: runtimeSettings.network.hostAddress,
      port: config.gatewayPort,
      metricsHost: "127.0.0.1", // functions reach the bridge, and have no business with it
      callbackHosts: config.callbackHosts,
      registries: config.imageRegistries,
      runtimeSettings,
      defaultRuntime: "native",
      seatsGuard: true,
      timeouts: gatewayTimeouts(config),
    } satisfies GatewayServiceOptions,
    { name: "gateway", timeoutMs: 120_000 },
  );

/** The caller's limit comes first: what the gateway would answer after it is not the function's. */
export const gatewayTimeouts = ({
  callTimeoutMs,
  readyTimeoutMs,
}: Pick<Config, "callTimeoutMs" | "readyTimeoutMs">) => ({
  upstreamMs: callTimeoutMs + afterCallerMs,
  readyMs: readyTimeoutMs,
});
const afterCallerMs = 5_000;

/** For the record: only a server that we start on this machine keeps its data on a disk and does what we say. */
function commitsOf({ workload }: Config, { source }: MysqlInfo): string {
  if (source !== "local") return `as the server has it (${source})`;
  return workload === "artifact" ? "answered when they are on disk" : "answered before they are on disk";
}

function mysqlOptions({ mysql: { url, source, image }, workload }: Config) {
  return { url, image, durable: workload === "artifact", source: source === "url" ? undefined : source };
}
