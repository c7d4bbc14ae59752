import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import type { Config } from "../../config/config.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import { planSizes, shortBudgetText } from "../../measure/plan-sizes.ts";
import { warmUpRuleOf } from "../../measure/warm-up.ts";
import { earlierRecords } from "./earlier-records.ts";
import { plannedCallsOf, costOf, expectedMs, overheadMs, usualCost } from "../../measure/expected-time.ts";

/** What a run would do, as `kalium-bench plan` shows it. */
export interface PlanDescription {
  readonly plan: Config["plan"];
  readonly systems: readonly string[];
  readonly baseline: string;
  readonly cells: number;
  /** At the most, where the stop rule may end a function earlier. */
  readonly calls: number;
  readonly expectedMs: number;
  /** Of a budget that is too short; absent: it is not. */
  readonly warning?: string;
  /** Where the expected time comes from. */
  readonly source: string;
  readonly functions: readonly {
    readonly flow: string;
    readonly label: string;
    readonly blocks: number;
    /** Where a budget ends the function: it may be more than `blocks`. */
    readonly mostBlocks?: number;
    readonly rounds: number;
    readonly warmupRounds: number;
    readonly calls: number;
    readonly expectedMs: number;
  }[];
}

/**
 * Reads the latest results, if there are any; starts, writes and asks nothing.
 * @param labels of the functions that are measured; absent: all
 * @param measured what there is to measure; absent: Hello, Retail!
 */
export async function describePlan(
  config: Config,
  labels?: readonly string[],
  measured: readonly MeasuredFunction[] = measuredFunctions,
): Promise<PlanDescription> {
  const earlier = await earlierRecords(config.resultsDirectory, config.application?.name);
  const { plan, systems, baseline } = config;
  const chosen = measured.filter(({ label }) => labels?.includes(label) ?? true);
  const sizes = planSizes(config, chosen, earlier.latency);
  let known = 0;
  const functions = chosen.map(({ flow, label, callees }) => {
    const record = earlier.latency.find((candidate) => candidate.label === label);
    const found = record && costOf(record);
    if (found !== undefined) known++;
    const cost = found ?? usualCost(1 + callees.length);
    const own = { ...plan, ...sizes?.[label], systems };
    const { blocks, rounds } = own;
    const mostBlocks = sizes?.[label]?.mostBlocks;
    const takesMs = sizes?.[label]?.timeMs ?? expectedMs(own, cost);
    return {
      flow,
      label,
      blocks,
      ...(mostBlocks !== undefined && { mostBlocks }),
      rounds,
      warmupRounds: own.warmupRounds,
      calls: plannedCallsOf(own),
      expectedMs: takesMs,
    };
  });
  const sum = (of: (each: (typeof functions)[number]) => number): number =>
    functions.reduce((total, each) => total + of(each), 0);
  const budgetMs = plan.budgetMinutes === undefined ? Infinity : plan.budgetMinutes * 60_000;
  const warning = shortBudgetText({ plan, sizes });
  return {
    plan,
    systems,
    baseline,
    ...(warning !== undefined && { warning }),
    cells: functions.length * systems.length,
    calls: sum(({ calls }) => calls),
    expectedMs:
      overheadMs +
      Math.min(
        budgetMs,
        sum((each) => each.expectedMs),
      ),
    source:
      earlier.latency.length === 0 || known === functions.length
        ? earlier.source
        : `${earlier.source} (${known} of ${functions.length} functions), otherwise usual costs`,
    functions,
  };
}

/** For people. */
export function renderPlan(description: PlanDescription): string {
  const { plan, systems, baseline, cells, calls, functions, source } = description;
  const minutes = (ms: number): string =>
    ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : `${(ms / 60_000).toFixed(1)} min`;
  const atMost = plan.precisionPercent === undefined && plan.budgetMinutes === undefined ? "" : "at most ";
  const planned = functions.some(({ mostBlocks }) => mostBlocks !== undefined) ? "about " : atMost;
  const width = Math.max(...functions.map(({ label }) => label.length));
  const warmUp = warmUpRuleOf(plan).words(span(functions.map(({ warmupRounds }) => warmupRounds)));
  const rules = [
    ...(plan.pauseMs === undefined ? [] : [`${plan.pauseMs} ms pause before each round`]),
    ...(plan.precisionPercent === undefined ? [] : [`stops at ± ${plan.precisionPercent} %`]),
    ...(plan.budgetMinutes === undefined ? [] : [`budget ${plan.budgetMinutes} min`]),
  ];
  return [
    `Profile    ${plan.profile}, ${plan.connection} connections${rules.map((rule) => `, ${rule}`).join("")}`,
    `Systems    ${systems.map((name) => (name === baseline ? `${name} (baseline)` : name)).join(", ")}`,
    `Functions  ${functions.length}, so ${cells} cells`,
    `Blocks     ${planned}${span(functions.map(({ blocks }) => blocks))} per function, each with fresh sandboxes`,
    `Rounds     ${span(functions.map(({ rounds }) => rounds))} per block after ${warmUp} to warm up;`,
    "           each calls every system once, in random order",
    `Calls      ${planned}${calls}`,
    `Time       ${atMost}about ${minutes(description.expectedMs)}, by ${source}`,
    ...(description.warning === undefined ? [] : [`Too short  ${description.warning}`]),
    "",
    ...functions.map(
      (each) =>
        `${each.label.padEnd(width)}  ${`${each.blocks} x ${each.rounds}`.padStart(8)}  ` +
        `${String(each.calls).padStart(6)} calls  ${minutes(each.expectedMs)}`,
    ),
  ].join("\n");
}

function span(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? String(low) : `${low} to ${high}`;
}
