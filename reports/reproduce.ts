/** The command that measures a run again. Pure. */
import { figureFunctions } from "./figures/figure-order.ts";
import type { Results } from "./records/store.ts";
import { shellWord } from "./terminal-text.ts";

/** Folders, and what belongs to one start of a run. */
const elsewhere = ["KALIUM_RESULTS", "KALIUM_OUT", "KALIUM_DEBUG", "KALIUM_SETUP", "KALIUM_GATEWAY_PORT"];

/**
 * The user's settings with the systems and the seed that the records prove. Blocks and rounds are among them only where
 * the user had set them: each function has its own, and to set them would take that away.
 */
export function reproduce({ run, latency }: Pick<Results, "run" | "latency">): string {
  const [first] = latency;
  const kept = Object.entries(run.variables ?? {}).filter(([name]) => !elsewhere.includes(name));
  const proven = first && {
    KALIUM_SYSTEMS: first.systems.map(({ name }) => name).join(","),
    KALIUM_BASELINE: first.baseline,
    KALIUM_PROFILE: first.plan.profile,
    KALIUM_SEED: String(first.plan.seed),
  };
  const settings = Object.entries({ ...Object.fromEntries(kept), ...proven });
  const { selected = [] } = run;
  const { length } = run.application?.calls ?? figureFunctions;
  const labels = selected.length === length ? [] : selected;
  return [
    ...settings.map(([name, value]) => `${name}=${shellWord(value)}`),
    "npm run bench",
    ...(labels.length === 0 ? [] : ["--", ...labels]),
  ].join(" ");
}

/** The command and the settings of the user's that began a run. */
export const measureAgain = ({ variables = {}, selected = [] }: Results["run"], command: string): string =>
  [
    ...Object.entries(variables)
      .filter(([name]) => !elsewhere.includes(name))
      .map(([name, value]) => `${name}=${shellWord(value)}`),
    `npm run ${command}`,
    ...(selected.length === 0 ? [] : ["--", ...selected]),
  ].join(" ");
