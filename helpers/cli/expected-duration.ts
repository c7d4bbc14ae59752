/** How long commands that measure take, as they say when they start. Estimates of two quiet cores; a busy machine takes longer. */
import { printLine } from "../../reports/terminal-text.ts";
import type { Config } from "../config/config.ts";
import { overheadMs, usualCost } from "../measure/expected-time.ts";

type Settings = Pick<Config, "plan" | "systems">;

/** A system's start, from nothing to its first answer, among others; and what its removal and a pause until it rests take. */
const instanceMs = 400;
const restMs = 500;
/** Between two steps of load: reading counters, waiting for what is in flight. */
const betweenStepsMs = 100;
/** The search between two rates, each twice the one before, to within 10 %. */
const searchSteps = 3;

export interface ExpectedDuration {
  readonly ms: number;
  /** What takes so long. */
  readonly of: string;
}

/** @param instances that a call involves */
export function expectedLoad(
  { plan, systems, load }: Settings & Pick<Config, "load">,
  instances: number,
): ExpectedDuration {
  const { ratesPerS, windowMs, search, replicas } = load;
  const rates = ratesPerS.length + (search ? searchSteps : 0);
  const [least = 1] = ratesPerS;
  const warmupMs = (1e3 * plan.warmupRounds * replicas) / least;
  const steps = rates * (systems.length + 1); // the client alone, too
  const blockMs =
    systems.length * (usualCost(instances).perSystemMs * replicas + warmupMs) + steps * (windowMs + betweenStepsMs);
  return {
    ms: withinBudget(plan, overheadMs + plan.blocks * blockMs),
    of: `${counted(plan.blocks, "block")} of ${counted(ratesPerS.length, "rate")}${search ? " and the search" : ""}, ${windowMs / 1e3} s each, for ${counted(systems.length, "system")} and the client alone`,
  };
}

/** @param ms as `plan` says it */
export const expectedBench = (
  { systems }: Pick<Config, "systems">,
  { ms, functions }: { readonly ms: number; readonly functions: number },
): ExpectedDuration => ({ ms, of: `${counted(functions, "function")} under ${counted(systems.length, "system")}` });

export function expectedDensity({ systems, density }: Settings & Pick<Config, "density">): ExpectedDuration {
  const { blocks, instances } = density;
  const points = Math.floor(Math.log2(instances)) + 1;
  const seriesMs = instances * instanceMs + points * restMs;
  return {
    ms: overheadMs + blocks * systems.length * seriesMs,
    of: `${counted(blocks, "block")} of ${counted(systems.length, "system")}, at most ${counted(instances, "instance")} each`,
  };
}

/** @param latencyMs of the latencies alone, as `plan` says it */
export function expectedWhy(
  { plan, systems }: Settings,
  { latencyMs, functions }: { readonly latencyMs: number; readonly functions: number },
): ExpectedDuration {
  const operationsMs = plan.blocks * systems.length * operationsOfSystemMs;
  return {
    ms: latencyMs + operationsMs + functions * systems.length * countMs,
    of: `latency and system calls of ${counted(functions, "function")} under ${counted(systems.length, "system")}`,
  };
}

/** Of a system in a block, and of a function under a system. */
const operationsOfSystemMs = 2_000;
const countMs = 1_500;

/** `load: takes about 21 min (5 blocks ...); Ctrl-C ends it and draws what was measured`. On standard error: standard output may be data. */
export function sayDuration(
  command: string,
  { ms, of }: ExpectedDuration,
  ending = "; Ctrl-C ends it and draws what was measured",
): void {
  printLine(`${command}: takes about ${durationText(ms)} (${of})${ending}`, process.stderr);
}

/** `40 s`, `21 min`. */
export const durationText = (ms: number): string =>
  ms < 90_000 ? `${Math.max(5, 5 * Math.ceil(ms / 5e3))} s` : `${Math.round(ms / 60_000)} min`;

const withinBudget = ({ budgetMinutes }: Config["plan"], ms: number): number =>
  budgetMinutes === undefined ? ms : Math.min(ms, overheadMs + budgetMinutes * 60_000);

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
