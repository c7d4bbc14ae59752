import type { Config } from "../config/config.ts";
import { systemNamed } from "../config/systems.ts";
import type { GuardName } from "../contracts/system.ts";
import type { Guard, GuardInfos, GuardPlace } from "./guard.ts";
import { guards } from "./index.ts";

export interface StartedGuards extends AsyncDisposable {
  readonly infos: GuardInfos;
}

/** Guards that a chosen system names. */
const chosenGuards = ({ systems }: Pick<Config, "systems">): readonly Guard[] => {
  const names = new Set(systems.map((name) => systemNamed(name).guard));
  return [...names].map((name) => guards[name]);
};

/** What the run's record says of the guards' programs. @throws {KaliumError} as the guard did */
export async function describeGuards(config: Config): Promise<Record<string, unknown>> {
  const facts = await Promise.all(chosenGuards(config).map(async (guard) => (await guard.describe?.(config)) ?? {}));
  return Object.assign({}, ...facts) as Record<string, unknown>;
}

/** Runs something that tries the runtimes of the chosen systems. @throws {KaliumError} as the guard or the action did */
export async function withTrialGuards<T>(config: Config, runDirectory: string, action: () => Promise<T>): Promise<T> {
  await using stack = new AsyncDisposableStack();
  for (const guard of chosenGuards(config)) stack.use(await guard.startForTrials?.(config, runDirectory));
  return await action();
}

/** Starts what the guards of the chosen systems need. @throws {KaliumError} as the guard did; nothing is left behind then */
export async function startGuards(config: Config, place: GuardPlace): Promise<StartedGuards> {
  await using stack = new AsyncDisposableStack();
  const infos: Partial<Record<GuardName, unknown>> = {};
  for (const { name, title, start } of chosenGuards(config)) {
    if (start === undefined) continue;
    place.say(`starting ${title}`);
    infos[name] = stack.use(await start(config, place)).info;
  }
  const owned = stack.move();
  return { infos, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
