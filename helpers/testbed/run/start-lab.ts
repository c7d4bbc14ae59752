import { readResults, readRun } from "../../../reports/records/store.ts";
import { withSettling } from "../../measure/settling.ts";
import { planSizes, shortBudgetText } from "../../measure/plan-sizes.ts";
import { measuringMs, unfinishedMs } from "../../measure/time-for-run.ts";
import { readTimeSpent } from "../../measure/time-spent.ts";
import { earlierRecords } from "./earlier-records.ts";
import { nowNs, nsToMs } from "../../base/clock.ts";
import type { Config } from "../../config/config.ts";
import { selectSystems } from "../../config/select-systems.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { captureEnvironment } from "../../machine/environment/index.ts";
import { KaliumError } from "../../base/errors.ts";
import { createRunDirectory } from "../../sandboxes/run-directory.ts";
import { sweep } from "../../sandboxes/sweep.ts";
import { startClusterPlatform } from "../../platforms/kubernetes/platform.ts";
import { describeGuards, startGuards, withTrialGuards } from "../../guards/start-guards.ts";
import type { Lab } from "./lab.ts";
import { startLocalPlatform } from "../../platforms/local/platform.ts";
import { openResults, seedSha256 } from "./open-results.ts";
import type { StartPlatform } from "../../platforms/platform.ts";
import { appRefused, type RunScope, runScope } from "./run-scope.ts";
import { selectedLabels } from "./selected-tests.ts";
import { serviceStarter } from "./service-starter.ts";
import { installVariantSecrets } from "../../platforms/variants.ts";

export interface LabRequest {
  /** Absent: Hello, Retail! */
  readonly scope?: RunScope;
  /** Measured functions of the run; absent: all. */
  readonly labels?: readonly string[];
  readonly vitestArguments?: readonly string[];
  /** Hears what is being started; absent: nobody. */
  readonly say?: (line: string) => void;
}

export interface StartedLab extends AsyncDisposable {
  readonly lab: Lab;
}

const platforms: Readonly<Record<Config["platform"], StartPlatform>> = {
  local: startLocalPlatform,
  kubernetes: startClusterPlatform,
};

/**
 * Starts what a whole run shares: the platform with its database server and gateway, the guard, the results folder.
 * Disposing ends them in reverse order and removes the run directory; the results stay.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE, E_MYSQL, E_NETWORK, E_SERVICE, E_CLUSTER; nothing is left behind then
 */
export async function startLab(
  given: Config,
  { scope: of, labels = selectedLabels(), vitestArguments = [], say = () => undefined }: LabRequest = {},
): Promise<StartedLab> {
  if (of === undefined && given.app !== undefined) throw appRefused(given.app);
  const scope = of ?? (await runScope(given));
  const selected = scope.measured.filter(({ label }) => labels.includes(label));
  const config = await withSizes(given, selected);
  const short = given.resume === undefined ? shortBudgetText(config) : undefined;
  if (short !== undefined) say(short);
  await using stack = new AsyncDisposableStack();
  const startedAt = new Date().toISOString();
  const { runId, path: runDirectory } = await createRunDirectory();
  stack.defer(() => removeTraces(runId));
  const capturing = captureEnvironment();
  const start = () => platforms[config.platform](config, { runId, runDirectory, measured: selected, say });
  const platform = stack.use(await withTrialGuards(config, runDirectory, start));
  const { gateway, network, mysql, images, cluster, names, startInGateway } = platform;
  const leftOut = [...scope.leftOut, ...selectSystems(config, platform.runtimes).leftOut];
  const variantSecrets = await installVariantSecrets(config, { url: gateway.url, basicAuth: gateway });

  const { source, version, sqlMode, skipped } = mysql;
  const database = { source, version, sqlMode, skipped, seedSha256: await seedSha256(config) };
  const runtimes = Object.fromEntries(
    [...platform.runtimes].map(([name, answer]) => [name, answer.available ? answer.identity : answer.reason]),
  );
  const results = await openResults({
    config,
    startedAt,
    sandboxRunId: runId,
    leftOut,
    environment: {
      ...(await capturing),
      ...{ network, database, images, runtimes },
      ...platform.environment,
      ...(await describeGuards(config)),
    },
    labels,
    ...(scope.application && { application: scope.application.record }),
    vitestArguments,
  });
  const guards = stack.use(
    await startGuards(config, {
      ...{ runId, runDirectory, network, folder: results.folder, say },
      ...(cluster && { cluster }),
      ...(startInGateway && { startInGateway }),
      startService: serviceStarter({ cluster, config }),
    }),
  );
  const spent = config.resume === undefined ? {} : readTimeSpent(results.folder, labels);
  const forMs = measuringMs(config, { labels, spent });
  const owned = stack.move();
  return {
    lab: {
      runId: results.runId,
      runDirectory,
      session: results.session,
      labels,
      unfinished: unfinishedMs(spent),
      ...(forMs !== undefined && { measureUntilMs: nsToMs(nowNs()) + forMs }),
      endsInTime: config.plan.budgetMinutes !== undefined || config.resume?.withinMinutes !== undefined,
      resultsDirectory: results.folder,
      config,
      gateway,
      network,
      mysql,
      runtimes: Object.fromEntries(platform.runtimes),
      images,
      watchdog: platform.watchdog,
      variantSecrets,
      guards: guards.infos,
      ...(cluster && { cluster }),
      ...(names && { names }),
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The division of the run's time; a resumed run keeps its own. */
async function withSizes(config: Config, selected: readonly MeasuredFunction[]): Promise<Config> {
  if (config.resume !== undefined) {
    const { sizes } = (await readRun(config.resume.folder)).settings as Pick<Config, "sizes">;
    const resumed = sizes === undefined ? config : { ...config, sizes };
    const { folder, settleMinutes } = config.resume;
    return settleMinutes === undefined ? resumed : withSettling(resumed, await readResults(folder), settleMinutes);
  }
  const { latency } = await earlierRecords(config.resultsDirectory, config.application?.name);
  const sizes = planSizes(config, selected, latency);
  return sizes === undefined ? config : { ...config, sizes };
}

/** What the parts left although they were stopped, and the run directory itself. */
async function removeTraces(runId: string): Promise<void> {
  const { failures } = await sweep({ runId });
  if (failures.length > 0) {
    throw new KaliumError("E_SANDBOX", `the run did not remove everything: ${failures.join("; ")}`, {
      hint: "Run `npm run sweep`.",
    });
  }
}
