import type { LatencyRecord } from "../../reports/records/record.ts";
import type { MeasuredFunction } from "../contracts/application.ts";
import type { Config, FunctionSize } from "../config/config.ts";
import { allocate, fewestBlocks, type FunctionNeeds, leastSize, sizeMs } from "./allocation.ts";
import { blockRatios } from "./block-ratios.ts";
import { costOf, overheadMs, usualCost } from "./expected-time.ts";

export type PlanSizes = Readonly<Record<string, FunctionSize>>;

/** Of log ratios, where no results say it: 2 quiet cores, 29 November 2026. */
const usualVariances = { between: 0.02 ** 2, within: 0.25 ** 2 } as const;

/**
 * What the default profile means to take for this many functions, ms: with start and drawing 12 minutes for all. A function whose time is used
 * up ends, but not before it has the blocks that a claim needs.
 */
const defaultTimeMs = (functions: number): number => 60_000 * Math.min(11.8, 1 + 0.75 * functions);

/**
 * Blocks and rounds of each function, within the budget or the profile's own time. Only for the profile `quick`, and only
 * where the user did not choose them; else `undefined`. Time ends the function, maybe after further blocks.
 * @param earlier results of this machine, for costs and variances
 */
export function planSizes(
  { plan, systems, baseline, variables }: Pick<Config, "plan" | "systems" | "baseline" | "variables">,
  functions: readonly Pick<MeasuredFunction, "label" | "callees">[],
  earlier: readonly LatencyRecord[],
): PlanSizes | undefined {
  const chosen = ["KALIUM_BLOCKS", "KALIUM_ROUNDS", "KALIUM_WARMUP", "KALIUM_PAUSE_MS"].some(
    (name) => name in variables,
  );
  if (plan.profile !== "quick" || chosen) return undefined;
  const needs = functions.map((of) => needsOf(of, { systems, baseline, earlier }));
  const { budgetMinutes, warmupRounds } = plan;
  const timeMs =
    budgetMinutes === undefined ? defaultTimeMs(functions.length) : Math.max(0, budgetMinutes * 60_000 - overheadMs);
  const leastMsOf = (each: FunctionNeeds): number => Math.round(sizeMs(each, leastSize(each, warmupRounds)));
  const allLeastMs = needs.reduce((sum, each) => sum + leastMsOf(each), 0);
  const least = budgetMinutes === undefined || allLeastMs <= timeMs ? { leastBlocks: fewestBlocks } : {};
  const sizes = allocate(needs, { timeMs, warmupRounds });
  return Object.fromEntries(
    needs.flatMap((each) => {
      const size = sizes.get(each.label);
      if (size === undefined) return [];
      const { label, ...costs } = each;
      const own = { ...size, ...least, mostBlocks: spareBlocks * size.blocks, costs };
      return [[label, { ...own, timeMs: Math.round(sizeMs(each, size)), leastMs: leastMsOf(each) }]];
    }),
  );
}

interface Sized extends Pick<Config, "plan"> {
  readonly sizes?: PlanSizes | undefined;
}

/** The shortest budget with which every function is expected to get the blocks of a claim; `undefined`: this one is enough. */
export function neededMinutes({ plan, sizes = {} }: Sized): number | undefined {
  const leastMs = Object.values(sizes).reduce((sum, size) => sum + (size.leastMs ?? 0), 0);
  const minutes = Math.ceil((overheadMs + leastMs) / 60_000);
  return plan.budgetMinutes === undefined || minutes <= plan.budgetMinutes ? undefined : minutes;
}

/** What to say of a budget that is too short; `undefined`: it is not. */
export function shortBudgetText(config: Sized): string | undefined {
  const minutes = neededMinutes(config);
  if (minutes === undefined) return undefined;
  return (
    `${config.plan.budgetMinutes} min are too short for the ${fewestBlocks} blocks that a claim needs, so some comparisons ` +
    `will not be settled. Set KALIUM_BUDGET_MINUTES=${minutes}, or measure fewer functions or systems.`
  );
}

/** A machine may be this much faster than expected before the time is not used up. */
const spareBlocks = 3;

function needsOf(
  { label, callees }: Pick<MeasuredFunction, "label" | "callees">,
  {
    systems,
    baseline,
    earlier,
  }: { readonly systems: readonly string[]; readonly baseline: string; readonly earlier: readonly LatencyRecord[] },
): FunctionNeeds {
  const record = earlier.find((candidate) => candidate.label === label);
  const { perSystemMs, perCallMs } = (record && costOf(record)) ?? usualCost(1 + callees.length);
  return {
    label,
    blockMs: systems.length * perSystemMs,
    roundMs: systems.length * perCallMs,
    ...usualVariances,
    ...(record && variancesOf(record, baseline)),
  };
}

/** Variance components of a function's systems together; absent where the record has too little. */
function variancesOf(record: LatencyRecord, baseline: string): Pick<FunctionNeeds, "between" | "within"> | undefined {
  const control = record.systems.find(({ aaOf }) => aaOf === baseline)?.name;
  const perSystem = record.systems.flatMap(({ name }) => {
    const of = { system: name, baseline, control };
    const blocks = name === baseline || name === control ? [] : blockRatios(record.samples, record.voids ?? [], of);
    const known = blocks.flatMap(({ within, rounds }) => (within === undefined ? [] : [within * rounds]));
    if (blocks.length < 2 || known.length === 0) return [];
    const centre = mean(blocks.map(({ log }) => log));
    const total = blocks.reduce((sum, { log }) => sum + (log - centre) ** 2, 0) / (blocks.length - 1);
    return [{ within: mean(known), between: total - mean(known) / mean(blocks.map(({ rounds }) => rounds)) }];
  });
  if (perSystem.length === 0) return undefined;
  // A difference of two estimates may be negative; sandboxes that do not differ at all are not to be believed.
  const between = Math.max(usualVariances.between / 4, mean(perSystem.map((each) => each.between)));
  return { within: mean(perSystem.map((each) => each.within)), between };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
