import { withoutPlaces } from "../base/without-places.ts";
import type { Variable } from "./variable.ts";
import { variables } from "./variables.ts";
import type { Config } from "./config-types.ts";

/** The settings as they may be printed and recorded: without the password of the database. */
export function publicSettings(config: Config): Readonly<Record<string, unknown>> {
  const { url, ...mysql } = config.mysql;
  const guard = { ...config.guard, policyPath: withoutPlaces(config.guard.policyPath) };
  const runtimes = JSON.parse(withoutPlaces(JSON.stringify(config.runtimes))) as unknown;
  const settings: Record<string, unknown> = { ...config, mysql, guard, runtimes };
  delete settings["variables"]; // the same again, as text
  delete settings["resultsDirectory"]; // a results folder may be published
  delete settings["outDirectory"];
  if (url === undefined) return settings;
  const { host, pathname } = new URL(url);
  return { ...settings, mysql: { ...mysql, url: `mysql://***@${host}${pathname}` } };
}

/** They belong to one start of a run, not to the run. */
export const ofOneStart: readonly string[] = [
  "KALIUM_RESUME",
  "KALIUM_ALLOW_MIXED",
  "KALIUM_RESUME_MINUTES",
  "KALIUM_SETTLE_MINUTES",
];

/** As text, without passwords and without what belongs to one start only. */
export function recordedVariables(env: Readonly<Record<string, string | undefined>>): Config["variables"] {
  const recorded = Object.entries<Variable>(variables).filter(
    ([name, { secret }]) => secret === undefined && !ofOneStart.includes(name),
  );
  return Object.fromEntries(recorded.flatMap(([name]) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])));
}
