import type { Results } from "../../reports/records/store.ts";
import { settlePlan } from "../../reports/settle.ts";
import type { Config, FunctionSize } from "../config/config.ts";
import { overheadMs } from "./expected-time.ts";

/** Of the time for settling, what is left for blocks, ms. */
export const settleTimeMs = (minutes: number): number => Math.max(0, minutes * 60_000 - overheadMs);

/** The same run, in which functions that are not settled are measured further within the time. */
export function withSettling<T extends Pick<Config, "sizes">>(config: T, results: Results, minutes: number): T {
  const { functions } = settlePlan(results, settleTimeMs(minutes));
  const settling = functions.flatMap(({ label, ...settle }): (readonly [string, FunctionSize])[] => {
    const plan = results.latency.find((record) => record.label === label)?.plan;
    if (plan === undefined) return [];
    const { blocks, rounds, warmupRounds } = plan; // as recorded: they are a part of what identifies the experiment
    return [[label, { timeMs: settle.withinMs, ...config.sizes?.[label], blocks, rounds, warmupRounds, settle }]];
  });
  return { ...config, sizes: { ...config.sizes, ...Object.fromEntries(settling) } };
}
