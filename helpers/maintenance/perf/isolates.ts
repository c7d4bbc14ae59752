/** What Trapeze's fresh isolate per request costs, beside a bare `node:vm` context and no isolation at all. */
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import { ascending, quantile } from "../../../reports/stats/quantile.ts";
import { KaliumError } from "../../base/errors.ts";
import { createCaller } from "../../gateway/caller.ts";
import { shuffledAt } from "../../measure/plan.ts";
import { type IsolationInstance, startIsolationInstances } from "./isolation-instances.ts";

export interface IsolatesOptions {
  readonly seed: number;
  /** Every instance is called once per round, in random order. */
  readonly rounds: number;
  readonly warmupRounds: number;
  readonly signal?: AbortSignal;
}

export const defaultIsolates: IsolatesOptions = { seed: 1, rounds: 400, warmupRounds: 60 };

export interface IsolationTimes extends Omit<IsolationInstance, "url"> {
  readonly p50Ns: number;
  readonly p95Ns: number;
  /** Of the medians, to the plain function on the same runtime. */
  readonly ratio: number;
  /** Median of the differences to it within rounds, which drift does not touch. */
  readonly addedNs: number;
}

export interface IsolatesReport {
  readonly options: Omit<IsolatesOptions, "signal">;
  readonly times: readonly IsolationTimes[];
  readonly leftOut: readonly string[];
}

const callTimeoutMs = 10_000;
const testbed = { imageUrl: "https://127.0.0.1/image.jpg" };

/** @throws {KaliumError} E_INVOKE when an answer is wrong: every number here is of a right one */
export async function measureIsolates(options: IsolatesOptions = defaultIsolates): Promise<IsolatesReport> {
  const { seed, rounds, warmupRounds, signal = new AbortController().signal } = options;
  await using started = await startIsolationInstances(signal);
  const { instances, leftOut } = started;
  const latencies = new Map<string, number[]>(instances.map(({ url }) => [url, []]));
  await using cleanup = new AsyncDisposableStack();
  const callers = new Map(
    instances.map(({ url }) => {
      const caller = createCaller({ connection: "keepalive", timeoutMs: callTimeoutMs });
      cleanup.defer(() => caller.close());
      return [url, caller];
    }),
  );
  const measured = measuredFunctions.find(({ key }) => key === "success");
  const body = measured?.input(testbed) ?? "";
  for (let round = -warmupRounds; round < rounds; round++) {
    for (const url of shuffledAt({ seed, label: "isolates" }, [...latencies.keys()], String(round))) {
      signal.throwIfAborted();
      const answer = await callers.get(url)?.call({ url, body, headers: { "Content-Type": "application/json" } });
      const { status = 0, latencyNs = 0, reason } = answer ?? {};
      const problem =
        reason ?? measured?.check({ status, contentType: undefined, body: String(answer?.body) }, testbed);
      if (problem !== undefined) throw new KaliumError("E_INVOKE", `${url}: ${problem}`);
      if (round >= 0) latencies.get(url)?.push(latencyNs);
    }
  }
  const times = instances.map((instance) => timesOf(instance, instances, latencies));
  return { options: { seed, rounds, warmupRounds }, times, leftOut };
}

function timesOf(
  { runtime, isolation, url }: IsolationInstance,
  all: readonly IsolationInstance[],
  latencies: ReadonlyMap<string, readonly number[]>,
): IsolationTimes {
  const plain = all.find((other) => other.runtime === runtime && other.isolation === "plain");
  const own = latencies.get(url) ?? [];
  const reference = latencies.get(plain?.url ?? "") ?? [];
  const at = (values: readonly number[], p: number): number => quantile(ascending(values), p);
  const p50Ns = at(own, 0.5);
  const added = own.map((ns, round) => ns - (reference[round] ?? Number.NaN));
  const ratio = p50Ns / at(reference, 0.5);
  return { runtime, isolation, p50Ns, p95Ns: at(own, 0.95), ratio, addedNs: at(added, 0.5) };
}

/** A table for people; `--json` prints the report itself. */
export function isolatesTable({ times, leftOut, options }: IsolatesReport): string {
  const ms = (ns: number): string => (ns / 1e6).toFixed(3).padStart(9);
  const titles = ["p50", "p95", "added", "ratio"].map((title) => title.padStart(9)).join("");
  return [
    `${"isolation per request (ms)".padEnd(30)}${titles}`,
    ...times.map(
      ({ runtime, isolation, p50Ns, p95Ns, addedNs, ratio }) =>
        `${`${runtime}, ${isolation}`.padEnd(30)}${ms(p50Ns)}${ms(p95Ns)}${ms(addedNs)}${ratio.toFixed(2).padStart(9)}`,
    ),
    ...leftOut,
    "",
    `${options.rounds} rounds after ${options.warmupRounds} for warm-up, seed ${options.seed}; to the function's own door`,
  ].join("\n");
}
