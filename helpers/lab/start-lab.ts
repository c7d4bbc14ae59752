import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { measuredFunctions } from "../../fixtures/flows/index.ts";
import { functions } from "../../fixtures/hello-retail/deployed-functions.ts";
import { createResults } from "../../reports/store.ts";
import { type Config, publicSettings } from "../config/config.ts";
import { selectSystems } from "../config/select-systems.ts";
import type { Availability, RuntimeName, RuntimeSettings } from "../contracts.ts";
import { captureEnvironment } from "../environment/index.ts";
import { KaliumError } from "../errors.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../gateway/gateway-service.ts";
import { buildImages } from "../images/build-images.ts";
import { startMysql } from "../mysql/index.ts";
import { runtimes } from "../runtimes/index.ts";
import { createRunNetwork } from "../sandboxes/network.ts";
import { createRunDirectory } from "../sandboxes/run-directory.ts";
import { sweep } from "../sandboxes/sweep.ts";
import { startService } from "../service.ts";
import { systemNamed } from "../systems.ts";
import { emptyFunction } from "../testbed/floors.ts";
import type { Lab } from "./lab.ts";

export interface StartedLab extends AsyncDisposable {
  readonly lab: Lab;
}

/**
 * Starts what a whole run shares: its private network, the database server and the gateway, each in a process of its
 * own. Disposing ends them in reverse order and removes the run directory; the results stay.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE, E_MYSQL, E_NETWORK, E_SERVICE; nothing is left behind then
 */
export async function startLab(config: Config): Promise<StartedLab> {
  await using stack = new AsyncDisposableStack();
  const startedAt = new Date();
  const { runId, path: runDirectory } = await createRunDirectory();
  stack.defer(() => removeTraces(runId));
  const runNetwork = await createRunNetwork(runId);
  stack.defer(() => runNetwork.remove());
  const network = runNetwork.info;
  const settings: RuntimeSettings = { runId, runDirectory, network, nodeBinary: process.execPath, ...config.runtimes };
  const imagesDirectory = join(runDirectory, "images");
  const available = await availableRuntimes(config, settings);
  const { leftOut } = selectSystems(config, available);

  const mysql = await startMysql({ runId, runDirectory, network, ...mysqlOptions(config) });
  stack.defer(() => mysql.stop());
  const basicAuth = { user: "admin", password: randomBytes(24).toString("base64url") };
  const [images, gateway, environment] = await Promise.all([
    buildImages({ functions: [...functions, emptyFunction], variant: "vanilla", host: functionHost, imagesDirectory }),
    startGateway(config, settings, { imagesDirectory, basicAuth }),
    captureEnvironment(),
  ]);
  stack.use(gateway);

  const { source, version, sqlMode, skipped } = mysql.info;
  const database = { source, version, sqlMode, skipped };
  const started = startedAt.toISOString();
  const recordId = `${started.slice(0, 19).replaceAll(/[-:]/g, "")}-${runId}`;
  const resultsDirectory = await createResults(config.resultsDirectory, {
    schema: "kalium-bench/run@1",
    runId: recordId,
    startedAt: started,
    outcome: "running",
    settings: { ...publicSettings(config) },
    leftOut: [...leftOut],
    environment: { ...environment, network, database, images },
  });
  const owned = stack.move();
  return {
    lab: {
      runId: recordId,
      runDirectory,
      session: 0,
      labels: measuredFunctions.map(({ label }) => label),
      resultsDirectory,
      config,
      gateway: { url: gateway.info.url, ...basicAuth },
      network,
      mysql: mysql.info,
      runtimes: Object.fromEntries(available),
      images,
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What the parts left although they were stopped, and the run directory itself. */
async function removeTraces(runId: string): Promise<void> {
  const { failures } = await sweep({ runId });
  if (failures.length > 0) {
    throw new KaliumError("E_SANDBOX", `the run left traces: ${failures.join("; ")}`, { hint: "npm run sweep" });
  }
}

const functionHost = new URL("../../fixtures/hello-retail/host/index.ts", import.meta.url);

/** What the runtimes of the chosen systems answer; only they are tried. */
async function availableRuntimes(
  config: Config,
  settings: RuntimeSettings,
): Promise<ReadonlyMap<RuntimeName, Availability>> {
  const wanted = new Set(config.systems.map((name) => systemNamed(name).runtime));
  const signal = AbortSignal.timeout(60_000);
  const opened = runtimes
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
    new URL("../gateway/main.ts", import.meta.url),
    {
      ...options,
      host: runtimeSettings.network.hostAddress,
      port: config.gatewayPort,
      runtimeSettings,
      defaultRuntime: "native",
      timeouts: { upstreamMs: config.callTimeoutMs, readyMs: config.readyTimeoutMs },
    } satisfies GatewayServiceOptions,
    { name: "gateway", timeoutMs: 30_000 },
  );

function mysqlOptions({ mysql: { url, source, image } }: Config) {
  return { url, image, source: source === "url" ? undefined : source };
}
