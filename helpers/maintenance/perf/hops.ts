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
  readonly signal?: AbortSignal;
}

export const defaultHops: HopsOptions = { seed: 1, rounds: 2_000, warmupRounds: 300 };

/** One way to call the empty function. */
export interface Way {
  readonly name: "bare loop" | "direct" | "via watchdog" | "via gateway";
  readonly p50Ns: number;
  readonly p95Ns: number;
}

/** A difference of two ways: quantiles of the differences within rounds, which drift does not touch. */
export interface HopDifference {
  readonly what: string;
  readonly p50Ns: number;
  readonly p95Ns: number;
  /** The most that the median may be. */
  readonly goalNs: number;
  readonly met: boolean;
}

export interface HopsReport {
  readonly options: Omit<HopsOptions, "signal">;
  readonly ways: readonly Way[];
  readonly differences: readonly HopDifference[];
}

const ways = ["bare loop", "direct", "via watchdog", "via gateway"] as const;
const body = "{}";
const callTimeoutMs = 10_000;

/** @throws {KaliumError} E_INVOKE when a call fails: every number here is of a right answer */
export async function measureHops(options: HopsOptions = defaultHops): Promise<HopsReport> {
  const { seed, rounds, warmupRounds, signal } = options;
  await using doors = await openDoors(signal);
  using cleanup = new DisposableStack();
  const bare = createBareLoop(doors.function, body);
  cleanup.defer(bare.close);
  const through = (url: string): (() => Promise<number>) => {
    const caller = createCaller({ connection: "keepalive", timeoutMs: callTimeoutMs });
    cleanup.defer(caller.close);
    return () => timed(caller, url);
  };
  const calls: Readonly<Record<Way["name"], () => Promise<number>>> = {
    "bare loop": bare.call,
    direct: through(doors.function),
    "via watchdog": through(doors.watchdog),
    "via gateway": through(doors.gateway),
  };
  const latencies: Readonly<Record<Way["name"], number[]>> = {
    "bare loop": [],
    direct: [],
    "via watchdog": [],
    "via gateway": [],
  };
  for (let round = -warmupRounds; round < rounds; round += 1) {
    signal?.throwIfAborted();
    for (const way of shuffledAt({ seed, label: "hops" }, ways, String(round)) as readonly Way["name"][]) {
      const latencyNs = await calls[way]();
      if (round >= 0) latencies[way].push(latencyNs);
    }
  }
  return { options: { seed, rounds, warmupRounds }, ...summarise(latencies) };
}

async function timed(caller: Caller, url: string): Promise<number> {
  const headers = { "Content-Type": "text/plain" };
  const { status, reason, latencyNs } = await caller.call({ url, body, headers });
  if (status !== 200) throw new KaliumError("E_INVOKE", `${url}: ${reason ?? `status ${status}`}`);
  return latencyNs;
}

function summarise(
  latencies: Readonly<Record<Way["name"], readonly number[]>>,
): Pick<HopsReport, "ways" | "differences"> {
  const bareP50Ns = quantile(latencies["bare loop"], 0.5);
  const difference = (what: string, of: Way["name"], from: Way["name"], goalNs: number): HopDifference => {
    const differences = latencies[of].map((latencyNs, round) => latencyNs - (latencies[from][round] ?? Number.NaN));
    const p50Ns = quantile(differences, 0.5);
    return { what, p50Ns, p95Ns: quantile(differences, 0.95), goalNs, met: p50Ns <= goalNs };
  };
  return {
    ways: ways.map((name) => ({
      name,
      p50Ns: quantile(latencies[name], 0.5),
      p95Ns: quantile(latencies[name], 0.95),
    })),
    differences: [
      difference("client (direct - bare loop)", "direct", "bare loop", Math.max(50_000, 0.05 * bareP50Ns)),
      difference("watchdog (- direct)", "via watchdog", "direct", 600_000),
      difference("gateway and watchdog (- direct)", "via gateway", "direct", 900_000),
    ],
  };
}

/** A table for people; `--json` prints the report itself. */
export function hopsTable({ ways: measured, differences, options }: HopsReport): string {
  const ms = (ns: number): string => (ns / 1e6).toFixed(3).padStart(8);
  const lines = [
    `${"way (ms)".padEnd(36)}${"p50".padStart(8)}${"p95".padStart(8)}`,
    ...measured.map((way) => `${way.name.padEnd(36)}${ms(way.p50Ns)}${ms(way.p95Ns)}`),
    "",
    `${"added within a round (ms)".padEnd(36)}${"p50".padStart(8)}${"p95".padStart(8)}${"goal".padStart(8)}`,
    ...differences.map(
      (added) =>
        `${added.what.padEnd(36)}${ms(added.p50Ns)}${ms(added.p95Ns)}${ms(added.goalNs)}  ${added.met ? "met" : "missed"}`,
    ),
    "",
    `${options.rounds} rounds after ${options.warmupRounds} for warm-up, seed ${options.seed}`,
  ];
  return lines.join("\n");
}

const quantile = (values: readonly number[], p: number): number => quantileOfSorted(ascending(values), p);
