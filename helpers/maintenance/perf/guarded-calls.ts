/** What the embedded guard adds to a call of a function that sends nothing, beside an echo from the same sandbox. */
import { z } from "zod";
import { ascending, quantile } from "../../../reports/stats/quantile.ts";
import { KaliumError } from "../../base/errors.ts";
import { type CallResult, createCaller } from "../../gateway/caller.ts";
import { shuffledAt } from "../../measure/plan.ts";
import { type MeasuredInstance, guardChoices, startMeasuredInstances } from "./guarded-instances.ts";

export interface GuardedCallsOptions {
  readonly seed: number;
  /** Every instance is called once per round, in random order. */
  readonly rounds: number;
  readonly warmupRounds: number;
  readonly signal?: AbortSignal;
}

export const defaultGuardedCalls: GuardedCallsOptions = { seed: 1, rounds: 400, warmupRounds: 60 };

/** Of one runtime, with or without the guard; ns. */
export interface GuardedTimes {
  readonly runtime: string;
  readonly guard: MeasuredInstance["guard"];
  readonly p50Ns: number;
  readonly p99Ns: number;
  /** Differences to the instance without a guard: of the medians, and of the 99th percentiles. */
  readonly addedNs: number;
  readonly addedP99Ns: number;
  /** Median of an echo of 200 bytes over TCP to the host, from the instance without a guard. */
  readonly echoNs: number;
  /** An echo and 0.15 ms. */
  readonly goalNs: number;
}

export interface GuardedCallsReport {
  readonly options: Omit<GuardedCallsOptions, "signal">;
  readonly times: readonly GuardedTimes[];
  readonly leftOut: readonly string[];
}

const callTimeoutMs = 20_000;
/** As long as an event. */
const echoBytes = 200;
const echoesPerRound = 1;
const allowanceNs = 150_000;

/** @throws {KaliumError} E_INVOKE when a call fails: every number here is of a right answer */
export async function measureGuardedCalls(
  options: GuardedCallsOptions = defaultGuardedCalls,
): Promise<GuardedCallsReport> {
  const { seed, rounds, warmupRounds, signal = new AbortController().signal } = options;
  await using started = await startMeasuredInstances(signal);
  const { instances, leftOut, echo } = started;
  using cleanup = new DisposableStack();
  const callers = new Map(
    instances.map(({ url }) => {
      const caller = createCaller({ connection: "keepalive", timeoutMs: callTimeoutMs });
      cleanup.defer(caller.close);
      return [url, caller];
    }),
  );
  const call = async (url: string, json: unknown): Promise<CallResult> => {
    const headers = { "Content-Type": "application/json" };
    const answer = await callers.get(url)?.call({ url, headers, body: JSON.stringify(json) });
    if (answer?.status === 200) return answer;
    throw new KaliumError("E_INVOKE", `${url}: ${answer?.reason ?? `status ${answer?.status}`}`);
  };
  const latencies = new Map<string, number[]>(instances.map(({ url }) => [url, []]));
  const echoes = new Map<string, number[]>(instances.map(({ runtime }) => [runtime, []]));
  for (let round = -warmupRounds; round < rounds; round++) {
    for (const url of shuffledAt({ seed, label: "guarded-calls" }, [...latencies.keys()], String(round))) {
      signal.throwIfAborted();
      const { latencyNs } = await call(url, {});
      if (round >= 0) latencies.get(url)?.push(latencyNs);
    }
    for (const { runtime, url } of instances.filter(({ guard }) => guard === "none")) {
      const { body } = await call(url, { echo: { ...echo, bytes: echoBytes, calls: echoesPerRound } });
      echoes.get(runtime)?.push(...z.array(z.number()).parse(JSON.parse(body.toString())));
    }
  }
  const times = instances.map((instance) => timesOf(instance, { instances, latencies, echoes }));
  return { options: { seed, rounds, warmupRounds }, times, leftOut };
}

interface Measured {
  readonly instances: readonly MeasuredInstance[];
  readonly latencies: ReadonlyMap<string, readonly number[]>;
  readonly echoes: ReadonlyMap<string, readonly number[]>;
}

function timesOf({ runtime, guard, url }: MeasuredInstance, { instances, latencies, echoes }: Measured): GuardedTimes {
  const plain = instances.find((each) => each.runtime === runtime && each.guard === "none");
  const at = (p: number, of = url): number => quantile(ascending(latencies.get(of) ?? []), p);
  const echoNs = quantile(ascending(echoes.get(runtime) ?? []), 0.5);
  return {
    runtime,
    guard,
    p50Ns: at(0.5),
    p99Ns: at(0.99),
    addedNs: at(0.5) - at(0.5, plain?.url),
    addedP99Ns: at(0.99) - at(0.99, plain?.url),
    echoNs,
    goalNs: echoNs + allowanceNs,
  };
}

/** A table for people; `--json` prints the report itself. */
export function guardedCallsTable({ times, leftOut, options }: GuardedCallsReport): string {
  const ms = (ns: number): string => (ns / 1e6).toFixed(3).padStart(10);
  const verdict = ({ guard, addedNs, goalNs }: GuardedTimes): string =>
    guard === "none" ? "" : addedNs <= goalNs ? "  met" : "  missed";
  const titles = ["p50", "p99", "added p50", "added p99", "echo", "goal"];
  return [
    `${"guarded calls (ms)".padEnd(24)}${titles.map((title) => title.padStart(10)).join("")}`,
    ...guardChoices.flatMap((guard) =>
      times
        .filter((row) => row.guard === guard)
        .map((row) => {
          const { runtime, p50Ns, p99Ns, addedNs, addedP99Ns, echoNs, goalNs } = row;
          const numbers = [p50Ns, p99Ns, addedNs, addedP99Ns, echoNs, goalNs].map(ms).join("");
          return `${`${runtime}, ${guard === "none" ? "no guard" : "guard"}`.padEnd(24)}${numbers}${verdict(row)}`;
        }),
    ),
    ...leftOut.map((reason) => `left out: ${reason}`),
    "",
    `${options.rounds} rounds after ${options.warmupRounds} for warm-up, seed ${options.seed}`,
  ].join("\n");
}
