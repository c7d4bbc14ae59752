import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { measuredFunctions } from "../../fixtures/flows/index.ts";
import { nowNs, nsToMs } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { selectSystems } from "../config/select-systems.ts";
import type { Availability, RuntimeName, RuntimeSettings } from "../contracts.ts";
import { captureEnvironment } from "../environment/index.ts";
import { KaliumError } from "../errors.ts";
import type { GatewayInfo, GatewayServiceOptions } from "../gateway/gateway-service.ts";
import { startMysql } from "../mysql/index.ts";
import { runtimes } from "../runtimes/index.ts";
import { createRunNetwork } from "../sandboxes/network.ts";
import { createRunDirectory } from "../sandboxes/run-directory.ts";
import { sweep } from "../sandboxes/sweep.ts";
import { startService } from "../service.ts";
import { systemNamed } from "../systems.ts";
import type { Lab } from "./lab.ts";
import { guardPrograms, isArtifactGuarded, startLabCtr } from "./ctr.ts";
import { isGuarded, startGuard } from "./guard.ts";
import { buildAllImages, installVariantSecrets } from "./variants.ts";
import { openResults, seedSha256 } from "./open-results.ts";

/** Which functions Vitest was asked for. */
export interface LabRequest {
  readonly testNamePattern?: RegExp | undefined;
  readonly vitestArguments?: readonly string[];
}

export interface StartedLab extends AsyncDisposable {
  readonly lab: Lab;
}

/**
 * Starts what a whole run shares: its private network, the database server and the gateway, each in a process of its
 * own. Disposing ends them in reverse order and removes the run directory; the results stay.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE, E_MYSQL, E_NETWORK, E_SERVICE; nothing is left behind then
 */
export async function startLab(
  config: Config,
  { testNamePattern, vitestArguments = [] }: LabRequest = {},
): Promise<StartedLab> {
  await using stack = new AsyncDisposableStack();
  const startedAt = new Date().toISOString();
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
    buildAllImages(config, imagesDirectory),
    startGateway(config, settings, { imagesDirectory, basicAuth }),
    captureEnvironment(),
  ]);
  stack.use(gateway);
  const variantSecrets = await installVariantSecrets(config, { url: gateway.info.url, basicAuth });

  const { source, version, sqlMode, skipped } = mysql.info;
  const database = { source, version, sqlMode, skipped, seedSha256: await seedSha256(config) };
  const identities = Object.fromEntries(
    [...available].map(([name, answer]) => [name, answer.available ? answer.identity : answer.reason]),
  );
  const artifact = isArtifactGuarded(config) ? await guardPrograms(config) : undefined;
  const labels = selectedLabels(testNamePattern);
  const results = await openResults({
    config,
    startedAt,
    sandboxRunId: runId,
    leftOut: [...leftOut],
    environment: { ...environment, network, database, images, runtimes: identities, ...(artifact && { artifact }) },
    labels,
    vitestArguments,
  });
  const guard = isGuarded(config) ? await startGuard(config, { network, folder: results.folder }) : undefined;
  if (guard !== undefined) stack.use(guard);
  if (isArtifactGuarded(config)) stack.use(await startLabCtr(config, { runDirectory, folder: results.folder }));
  const { budgetMinutes } = config.plan;
  const owned = stack.move();
  return {
    lab: {
      runId: results.runId,
      runDirectory,
      session: results.session,
      labels,
      ...(budgetMinutes !== undefined && { measureUntilMs: nsToMs(nowNs()) + budgetMinutes * 60_000 }),
      resultsDirectory: results.folder,
      config,
      gateway: { url: gateway.info.url, ...basicAuth },
      network,
      mysql: mysql.info,
      runtimes: Object.fromEntries(available),
      images,
      variantSecrets,
      ...(guard && { guard: guard.info }),
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Labels of the functions whose test has a name that matches, as Vitest builds it: flow, then title. */
export const selectedLabels = (pattern = /(?:)/): readonly string[] =>
  measuredFunctions
    .filter(({ flow, label, starred }) => pattern.test(`${flow} ${label}${starred ? "*" : ""}`))
    .map(({ label }) => label);

/** What the parts left although they were stopped, and the run directory itself. */
async function removeTraces(runId: string): Promise<void> {
  const { failures } = await sweep({ runId });
  if (failures.length > 0) {
    throw new KaliumError("E_SANDBOX", `the run left traces: ${failures.join("; ")}`, { hint: "npm run sweep" });
  }
}

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
