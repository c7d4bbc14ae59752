/** What the harness itself costs: its client, the watchdog and the gateway, by interleaved calls in one run. */
import { ascending, quantile as quantileOfSorted } from "../../../reports/stats/quantile.ts";
import { KaliumError } from "../../base/errors.ts";
import { createCaller, type Caller } from "../../gateway/caller.ts";
import { shuffledAt } from "../../measure/plan.ts";
import { createBareLoop } from "./bare-loop.ts";
import { openDoors } from "./empty-function-gateway.ts";

export interface HopsOptions {
  readonly seed: number;
  /** Every way is called once per round, in random order. */
  readonly rounds: number;
  readonly warmupRounds: number;
  /** URL of an empty function behind another gateway and watchdog; it is called in the same rounds. */
  readonly against?: string;
  readonly signal?: AbortSignal;
}

export const defaultHops: HopsOptions = { seed: 1, rounds: 2_000, warmupRounds: 300 };

/** One way to call the empty function. */
export interface Way {
  readonly name: "bare loop" | "direct" | "via watchdog" | "via gateway" | "via --against";
  readonly p50Ns: number;
  readonly p95Ns: number;
}

/** A difference of two ways: quantiles of the differences within rounds, which drift does not touch. */
export interface HopDifference {
  readonly what: string;
  readonly p50Ns: number;
  readonly p95Ns: number;
  /** The most that the median may be; a chain of others has none. */
  readonly goalNs?: number;
  readonly met?: boolean;
}

/** What our gateway and watchdog add to a direct call, relative to what another chain adds. */
export interface HopsRatio {
  readonly ratio: number;
  readonly goal: number;
  readonly met: boolean;
}

export interface HopsReport {
  readonly options: Omit<HopsOptions, "signal">;
  readonly ways: readonly Way[];
  readonly differences: readonly HopDifference[];
  /** With `against` only. */
  readonly ratio?: HopsRatio;
}

const ratioGoal = 0.45;
const body = "{}";
const callTimeoutMs = 10_000;

/** @throws {KaliumError} E_INVOKE when a call fails: every number here is of a right answer */
export async function measureHops(options: HopsOptions = defaultHops): Promise<HopsReport> {
  const { seed, rounds, warmupRounds, against, signal } = options;
  await using doors = await openDoors(signal);
  using cleanup = new DisposableStack();
  const bare = createBareLoop(doors.function, body);
  cleanup.defer(bare.close);
  const through = (url: string): (() => Promise<number>) => {
    const caller = createCaller({ connection: "keepalive", timeoutMs: callTimeoutMs });
    cleanup.defer(caller.close);
    return () => timed(caller, url);
  };
  const calls = new Map<Way["name"], () => Promise<number>>([
    ["bare loop", bare.call],
    ["direct", through(doors.function)],
    ["via watchdog", through(doors.watchdog)],
    ["via gateway", through(doors.gateway)],
  ]);
  if (against !== undefined) calls.set("via --against", through(against));
  const latencies = new Map([...calls.keys()].map((way): [Way["name"], number[]] => [way, []]));
  for (let round = -warmupRounds; round < rounds; round += 1) {
    signal?.throwIfAborted();
    for (const way of shuffledAt({ seed, label: "hops" }, [...calls.keys()], String(round)) as readonly Way["name"][]) {
      const latencyNs = await calls.get(way)?.();
      if (round >= 0 && latencyNs !== undefined) latencies.get(way)?.push(latencyNs);
    }
  }
  const { signal: _, ...given } = options;
  return { options: given, ...summarise(latencies) };
}

async function timed(caller: Caller, url: string): Promise<number> {
  const headers = { "Content-Type": "text/plain" };
  const { status, reason, latencyNs } = await caller.call({ url, body, headers });
  if (status !== 200) throw new KaliumError("E_INVOKE", `${url}: ${reason ?? `status ${status}`}`);
  return latencyNs;
}

function summarise(
  latencies: ReadonlyMap<Way["name"], readonly number[]>,
): Pick<HopsReport, "ways" | "differences" | "ratio"> {
  const of = (way: Way["name"]): readonly number[] => latencies.get(way) ?? [];
  const added = (what: string, way: Way["name"], from: Way["name"]) => {
    const differences = of(way).map((latencyNs, round) => latencyNs - (of(from)[round] ?? Number.NaN));
    return { what, p50Ns: quantile(differences, 0.5), p95Ns: quantile(differences, 0.95) };
  };
  const withGoal = (difference: HopDifference, goalNs: number): HopDifference => ({
    ...difference,
    goalNs,
    met: difference.p50Ns <= goalNs,
  });
  const ours = added("gateway and watchdog (- direct)", "via gateway", "direct");
  const theirs = latencies.has("via --against") ? added("--against (- direct)", "via --against", "direct") : undefined;
  const clientGoalNs = Math.max(50_000, 0.05 * quantile(of("bare loop"), 0.5));
  return {
    ways: [...latencies].map(([name, values]) => ({
      name,
      p50Ns: quantile(values, 0.5),
      p95Ns: quantile(values, 0.95),
    })),
    differences: [
      withGoal(added("client (direct - bare loop)", "direct", "bare loop"), clientGoalNs),
      withGoal(added("watchdog (- direct)", "via watchdog", "direct"), 600_000),
      withGoal(ours, 900_000),
      ...(theirs === undefined ? [] : [theirs]),
    ],
    ...(theirs !== undefined && { ratio: ratioOf(ours, theirs) }),
  };
}

function ratioOf(ours: HopDifference, theirs: HopDifference): HopsRatio {
  const ratio = ours.p50Ns / theirs.p50Ns;
  return { ratio, goal: ratioGoal, met: theirs.p50Ns > 0 && ratio <= ratioGoal };
}

/** A table for people; `--json` prints the report itself. */
export function hopsTable({ ways, differences, ratio, options }: HopsReport): string {
  const ms = (ns: number): string => (ns / 1e6).toFixed(3).padStart(8);
  const verdict = (met: boolean | undefined): string => (met ? "met" : "missed");
  const lines = [
    `${"way (ms)".padEnd(36)}${"p50".padStart(8)}${"p95".padStart(8)}`,
    ...ways.map((way) => `${way.name.padEnd(36)}${ms(way.p50Ns)}${ms(way.p95Ns)}`),
    "",
    `${"added within a round (ms)".padEnd(36)}${"p50".padStart(8)}${"p95".padStart(8)}${"goal".padStart(8)}`,
    ...differences.map(
      ({ what, p50Ns, p95Ns, goalNs, met }) =>
        `${what.padEnd(36)}${ms(p50Ns)}${ms(p95Ns)}${goalNs === undefined ? "" : `${ms(goalNs)}  ${verdict(met)}`}`,
    ),
    ...(ratio === undefined
      ? []
      : ["", `added by ours / by --against: ${ratio.ratio.toFixed(2)} (goal ${ratio.goal}) ${verdict(ratio.met)}`]),
    "",
    `${options.rounds} rounds after ${options.warmupRounds} for warm-up, seed ${options.seed}`,
  ];
  return lines.join("\n");
}

const quantile = (values: readonly number[], p: number): number => quantileOfSorted(ascending(values), p);
