/** Load below saturation for long: does anything grow? Memory and descriptors of gateway, client and instances, and floors. */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ascending, quantile } from "../../../reports/stats/quantile.ts";
import { nowNs } from "../../base/clock.ts";
import { KaliumError } from "../../base/errors.ts";
import { createCaller } from "../../gateway/caller.ts";
import { groupFolders, readGroupUsage } from "../../sandboxes/usage/read.ts";
import { type MeasuredInstance, type MeasuredInstances, startMeasuredInstances } from "./guarded-instances.ts";
import { type TrendPoint, type Trend, trendOf } from "./trend.ts";

export interface SoakOptions {
  readonly minutes: number;
  /** Calls per second over all instances. */
  readonly rate: number;
  readonly signal?: AbortSignal;
}

export const defaultSoak = { minutes: 60, rate: 20 } satisfies SoakOptions;

const units = { memory: "MB", descriptors: "", median: "ms" } as const;

export interface SoakRow {
  /** `gateway`, `client`, or the runtime and guard of an instance. */
  readonly part: string;
  readonly quantity: keyof typeof units;
  /** Over the part of the time that counts; `undefined`: it could not be read, or too rarely. */
  readonly trend: Trend | undefined;
}

export interface SoakReport {
  readonly options: Omit<SoakOptions, "signal">;
  readonly calls: number;
  readonly failed: number;
  /** Calls that began more than a second late: this machine did not keep the rate. */
  readonly late: number;
  readonly rows: readonly SoakRow[];
  readonly leftOut: readonly string[];
}

const callTimeoutMs = 20_000;
const lateMs = 1_000;
/** Of the time: what starts and fills caches is not growth. */
const settling = 0.2;
const windows = 40;
/** In a shorter soak, what starts still grows when it ends. */
const shortestMinutes = 20;

/** @throws {KaliumError} E_RUNTIME_UNAVAILABLE, E_SANDBOX, E_NETWORK, E_DEPLOY or E_TIMEOUT; nothing is left behind then */
export async function soak({ minutes, rate, signal = new AbortController().signal }: SoakOptions): Promise<SoakReport> {
  await using started = await startMeasuredInstances(signal);
  using cleanup = new DisposableStack();
  const targets = started.instances.map((instance) => {
    const caller = createCaller({ connection: "keepalive", timeoutMs: callTimeoutMs });
    cleanup.defer(caller.close);
    return { ...instance, part: partOf(instance), caller, latenciesNs: [] as number[] };
  });
  if (targets.length === 0) throw new KaliumError("E_RUNTIME_UNAVAILABLE", "no runtime works on this machine");
  const watched = watch(started, targets);
  const count = { calls: 0, failed: 0, late: 0 };
  const callOne = async ({ url, caller, latenciesNs }: (typeof targets)[number]): Promise<void> => {
    const headers = { "Content-Type": "application/json" };
    const { status, latencyNs } = await caller.call({ url, headers, body: "{}" });
    count.calls++;
    if (status === 200) latenciesNs.push(latencyNs);
    else count.failed++;
  };

  const lengthNs = minutes * 60e9;
  const startNs = nowNs();
  const sinceStartNs = (): number => nowNs() - startNs;
  const open = new Set<Promise<void>>();
  for (let at = 0, looks = 0; sinceStartNs() < lengthNs; at++) {
    const waitMs = (at / rate) * 1e3 - sinceStartNs() / 1e6;
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    else if (waitMs < -lateMs) count.late++;
    const target = targets[at % targets.length];
    if (target === undefined) break;
    const call = callOne(target).finally(() => open.delete(call)); // no call rejects: `Caller`
    open.add(call);
    if (sinceStartNs() > (looks * lengthNs) / windows) {
      looks++;
      await watched.look(sinceStartNs());
    }
  }
  await Promise.all(open);
  return { options: { minutes, rate }, ...count, rows: watched.rows(settling * lengthNs), leftOut: started.leftOut };
}

const partOf = ({ runtime, guard }: Pick<MeasuredInstance, "runtime" | "guard">): string =>
  guard === "none" ? runtime : `${runtime}, guard`;

interface Target extends Pick<MeasuredInstance, "cgroup"> {
  readonly part: string;
  /** Since the last look, which takes them. */
  readonly latenciesNs: number[];
}

interface Watch {
  readonly look: (atNs: number) => Promise<void>;
  /** Of what was seen from then on. */
  readonly rows: (fromNs: number) => readonly SoakRow[];
}

function watch({ gatewayPid }: Pick<MeasuredInstances, "gatewayPid">, targets: readonly Target[]): Watch {
  const processes = { gateway: gatewayPid, client: process.pid };
  const series = (part: string, quantity: SoakRow["quantity"]) => ({ part, quantity, points: [] as TrendPoint[] });
  const seen = [
    ...Object.entries(processes).flatMap(([part, pid]) => [
      { ...series(part, "memory"), read: () => residentMb(pid) },
      { ...series(part, "descriptors"), read: () => descriptorsOf(pid) },
    ]),
    ...targets.flatMap(({ part, cgroup, latenciesNs }) => [
      { ...series(part, "memory"), read: () => workingSetMb(cgroup) },
      { ...series(part, "median"), read: () => medianMs(latenciesNs.splice(0)) },
    ]),
  ];
  return {
    look: async (atNs) => {
      for (const { points, read } of seen) {
        const value = await read();
        if (value !== undefined) points.push({ atNs, value });
      }
    },
    rows: (fromNs) =>
      seen.map(({ part, quantity, points }) => {
        const trend = trendOf(points.filter(({ atNs }) => atNs >= fromNs));
        return { part, quantity, trend };
      }),
  };
}

const medianMs = (ns: readonly number[]): number | undefined =>
  ns.length === 0 ? undefined : quantile(ascending(ns), 0.5) / 1e6;

function workingSetMb(cgroup: string | undefined): number | undefined {
  const folders = cgroup === undefined ? undefined : groupFolders(cgroup);
  const bytes = folders && readGroupUsage(folders)?.workingSetBytes;
  return bytes && bytes / 1e6;
}

/** Resident set. `undefined`: the process is gone. */
async function residentMb(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : (Number(kib) * 1_024) / 1e6;
}

const descriptorsOf = (pid: number): Promise<number | undefined> =>
  readdir(`/proc/${pid}/fd`).then(
    ({ length }) => length,
    () => undefined,
  );

/** A table for people; `--json` prints the report itself. */
export function soakTable({ options, calls, failed, late, rows, leftOut }: SoakReport): string {
  const cell = (text: string): string => ` ${text.padStart(14)}`;
  const number = (value: number): string => value.toFixed(Math.abs(value) < 10 ? 2 : 1);
  return [
    `${"soak".padEnd(16)}${"quantity".padEnd(14)}${["level", "growth per h", "[95 %]"].map(cell).join("")}`,
    ...rows.map(({ part, quantity, trend }) => {
      const unit = units[quantity] === "" ? "" : ` (${units[quantity]})`;
      const start = `${part.padEnd(16)}${(quantity + unit).padEnd(14)}`;
      if (trend === undefined) return `${start}${cell("not read")}`;
      const { level, perHour, interval, verdict } = trend;
      return `${start}${[number(level), number(perHour), `${number(interval.low)} to ${number(interval.high)}`].map(cell).join("")}  ${verdict}`;
    }),
    ...leftOut.map((reason) => `left out: ${reason}`),
    ...(options.minutes < shortestMinutes
      ? [`Shorter than ${shortestMinutes} min: processes that have just started grow, so the verdicts say little.`]
      : []),
    "",
    `${calls} calls in ${options.minutes} min, ${options.rate} per s: ${failed} failed, ${late} began more than 1 s late`,
  ].join("\n");
}
