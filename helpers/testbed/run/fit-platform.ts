import { KaliumError } from "../../base/errors.ts";
import type { Fitted } from "../../application/fit-config.ts";
import type { Config } from "../../config/config.ts";
import { systemNamed } from "../../config/systems.ts";
import { reasonNotOn } from "../../runtimes/index.ts";

/**
 * Leaves out systems of the default whose runtime the platform cannot have, whatever is installed there.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE for one that the user named, and for the baseline
 */
export function fitPlatform(config: Config): Fitted {
  const { platform, systems, systemsNamed, baseline } = config;
  const absent = systems.flatMap((system) => {
    const problem = reasonNotOn(platform, systemNamed(system).runtime);
    return problem === undefined ? [] : [{ system, ...problem }];
  });
  const bad = absent.find(({ system }) => systemsNamed || system === baseline);
  if (bad !== undefined) {
    const why = bad.system === baseline ? "the baseline" : "asked for";
    throw new KaliumError("E_RUNTIME_UNAVAILABLE", `${bad.system}, ${why}, cannot run: ${bad.reason}`, {
      hint: bad.hint,
    });
  }
  const names = new Set(absent.map(({ system }) => system));
  return {
    config: names.size === 0 ? config : { ...config, systems: systems.filter((system) => !names.has(system)) },
    leftOut: absent.map(({ system, reason }) => ({ system, reason })),
  };
}
