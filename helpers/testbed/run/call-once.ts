import { mkdtemp, rm } from "node:fs/promises";
import { fitConfig } from "../../application/fit-config.ts";
import type { UserApplication } from "../../application/read-application.ts";
import { type Config, loadConfig } from "../../config/config.ts";
import { serviceName, systemNamed } from "../../config/systems.ts";
import type { CallResult } from "../../gateway/caller.ts";
import { ownedFolder } from "../../sandboxes/sweep-folders.ts";
import { surroundingsOf } from "../block/surroundings.ts";
import { userApplication } from "../block/user-application.ts";
import { seedMysql, startImageServer, startMailSink } from "../suite/hooks.ts";
import { installSecrets } from "../suite/user-hooks.ts";
import { labClient } from "./lab-gateway.ts";
import { startLab } from "./start-lab.ts";

export interface CalledFunction {
  readonly name: string;
  readonly result: CallResult;
}

/**
 * Deploys every function of the application, without a sandbox where the settings do not say otherwise, and sends each an
 * empty request. Nothing stays, and nothing is recorded.
 * @throws {KaliumError} E_DEPLOY for a function that does not become ready
 */
export async function callOnce(
  application: UserApplication,
  say: (line: string) => void,
): Promise<readonly CalledFunction[]> {
  await using stack = new AsyncDisposableStack();
  const resultsDirectory = await mkdtemp(await ownedFolder("init"));
  stack.defer(() => rm(resultsDirectory, { recursive: true, force: true }));
  const { config, leftOut } = fitConfig(settings(application.file, resultsDirectory), application);
  const scope = { config, leftOut, application, measured: application.measured };
  const labels = application.measured.map(({ label }) => label);
  const { lab } = stack.use(await startLab(config, { scope, labels, say }));
  const client = stack.use(labClient(lab));
  const system = systemNamed(config.baseline);
  const ground = { lab, client, systems: [system.name], say };
  const { services } = application;
  const databases = stack.use(await seedMysql(ground)).value;
  const images = services["image-server"] === undefined ? undefined : stack.use(await startImageServer(ground)).value;
  const mail = services["mail-sink"] === undefined ? undefined : stack.use(await startMailSink(ground)).value;
  stack.use(await installSecrets(application)(ground));
  const up = { lab, databases, ...(images && { images }), ...(mail && { mail }) };
  const surroundings = surroundingsOf(system, up);
  const of = userApplication(application);
  for (const definition of application.functions) {
    await client.deploy({ ...(await of.deployment({ definition, system, surroundings, services: up })) });
  }
  const called: CalledFunction[] = [];
  for (const { name } of application.functions) {
    const service = serviceName(system, name);
    await client.waitReady(service, { timeoutMs: config.readyTimeoutMs });
    say(`calling ${name}`);
    called.push({ name, result: await client.invoke(service) });
  }
  return called;
}

/** One block of one round under one system, wherever the user measures. */
function settings(app: string, results: string): Config {
  const { KALIUM_BASELINE: baseline = "native", ...env } = process.env;
  const one = { KALIUM_BASELINE: baseline, KALIUM_SYSTEMS: baseline, KALIUM_PROFILE: "smoke" };
  return loadConfig({ ...env, ...one, KALIUM_APP: app, KALIUM_RESULTS: results });
}
