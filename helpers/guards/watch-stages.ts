import type { System } from "../contracts/system.ts";
import type { GuardedRun, StageWatch } from "./guard.ts";
import { guards } from "./index.ts";

/** From now on, for every guard that times what it does. */
export async function watchGuardStages(run: GuardedRun, systems: readonly System[]): Promise<StageWatch> {
  const watches = await Promise.all(
    Object.values(guards).map(async (guard) => {
      const own = systems.filter((system) => system.guard === guard.name);
      return own.length === 0 ? undefined : await guard.watchStages?.(run, own);
    }),
  );
  return {
    write: async (record) => {
      for (const watch of watches) await watch?.write(record);
    },
  };
}
