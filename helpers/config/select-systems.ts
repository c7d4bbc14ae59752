import type { Availability } from "../contracts/runtime.ts";
import type { RuntimeName, System } from "../contracts/system.ts";
import { KaliumError } from "../base/errors.ts";
import { systemNamed } from "./systems.ts";
import type { Config } from "./config.ts";

export interface Selection {
  /** In the order of the settings; the baseline is among them. */
  readonly systems: readonly System[];
  /** Systems of the default that this machine cannot run, for `run.json`. */
  readonly leftOut: readonly { readonly system: string; readonly reason: string }[];
}

/**
 * The systems that are measured, given what each runtime answered. One that the user named, and the baseline, must
 * work; others are left out with the reason.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE
 */
export function selectSystems(
  { systems, systemsNamed, baseline }: Pick<Config, "systems" | "systemsNamed" | "baseline">,
  available: ReadonlyMap<RuntimeName, Availability>,
): Selection {
  const selected: System[] = [];
  const leftOut: { system: string; reason: string }[] = [];
  for (const system of systems.map((name) => systemNamed(name))) {
    const runtime = available.get(system.runtime);
    if (runtime === undefined) throw new TypeError(`the runtime of ${system.name} was not opened`);
    if (runtime.available) {
      selected.push(system);
    } else if (systemsNamed || system.name === baseline) {
      const why = system.name === baseline ? "the baseline" : "asked for";
      throw new KaliumError("E_RUNTIME_UNAVAILABLE", `${system.name}, ${why}, cannot run: ${runtime.reason}`, {
        hint: `${runtime.hint}\n     \`npm run setup -- --check\` shows what this machine has; KALIUM_SYSTEMS selects other systems`,
      });
    } else {
      leftOut.push({ system: system.name, reason: runtime.reason });
    }
  }
  return { systems: selected, leftOut };
}
