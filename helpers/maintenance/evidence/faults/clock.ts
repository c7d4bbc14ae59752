/** A wall clock that steps, for the processes of the command alone: `step-clock.ts` is loaded before them. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nothingToHeal, type PrepareFault } from "./injection.ts";

export const stepClock: PrepareFault<"clock"> = ({ stepSeconds }, root) => {
  const file = join(root, "clock-step-ms");
  const loaded = new URL("step-clock.ts", import.meta.url).href;
  return Promise.resolve({
    env: { NODE_OPTIONS: `--import=${loaded}`, CHAOS_CLOCK_STEP: file },
    inject: () => writeFile(file, String(stepSeconds * 1_000)),
    heal: nothingToHeal,
  });
};
