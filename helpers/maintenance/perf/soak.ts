/** Load below saturation for long: does anything grow? Memory and descriptors of gateway, client and instances, and floors. */
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ascending, quantile } from "../../../reports/stats/quantile.ts";
import { nowNs } from "../../base/clock.ts";
import { KaliumError } from "../../base/errors.ts";
import { createCaller } from "../../gateway/caller.ts";
import { groupFolders, readGroupUsage } from "../../sandboxes/usage/read.ts";
import { startMeasuredInstances, type MeasuredInstances } from "./guarded-instances.ts";
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

/** @throws {KaliumError} E_SANDBOX, E_NETWORK, E_DEPLOY or E_TIMEOUT; nothing is left behind then */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { minutes, rate, signal = new AbortController().signal } = options;
  await using started = await startMeasuredInstances(signal);
  const { instances, leftOut } = started;
  using cleanup = new DisposableStack();
  const callers = instances.map(({ url, runtime, guard }) => {
    const caller = createCaller({ connection: "keepalive", timeoutMs: callTimeoutMs });
    cleanup.defer(caller.close);
    return { url, part: guard === "none" ? runtime : `${runtime}, guard`, caller };
  });
  const series = new Map<string, TrendPoint[]>();
  const note = (part: string, quantity: SoakRow["quantity"], atNs: number, value: number | undefined): void => {
    const key = `${part}\0${quantity}`;
    const points = series.get(key) ?? [];
    series.set(key, points);
    if (value !== undefined) points.push({ atNs, value });
  };
  const latencies = new Map<string, number[]>(callers.map(({ part }) => [part, []]));
  let [calls, failed, late] = [0, 0, 0];
  const startNs = nowNs();
  const lengthNs = minutes * 60e9;
  const callOne = async (at: number): Promise<void> => {
    const target = callers[at % callers.length];
    if (target === undefined) throw new KaliumError("E_RUNTIME_UNAVAILABLE", "no runtime works on this machine");
    const headers = { "Content-Type": "application/json" };
    const { status, latencyNs } = await target.caller.call({ url: target.url, headers, body: "{}" });
    calls++;
    if (status === 200) latencies.get(target.part)?.push(latencyNs);
    else failed++;
  };
  const look = async (): Promise<void> => {
    const atNs = nowNs() - startNs;
    for (const [part, pid] of [
      ["gateway", started.gatewayPid],
      ["client", process.pid],
    ] as const) {
      note(part, "memory", atNs, await residentMb(pid));
      note(part, "descriptors", atNs, await descriptorsOf(pid));
    }
    lookAtInstances(started, (part, bytes) => note(part, "memory", atNs, bytes && bytes / 1e6));
    for (const [part, own] of latencies)
      note(part, "median", atNs, own.length === 0 ? undefined : medianMs(own.splice(0)));
  };

  const open = new Set<Promise<void>>();
  let looked = 0;
  for (let at = 0; nowNs() - startNs < lengthNs; at++) {
    const dueMs = (at / rate) * 1e3 - (nowNs() - startNs) / 1e6;
    if (dueMs > 0) await sleep(dueMs, undefined, { signal });
    else if (dueMs < -lateMs) late++;
    const call = callOne(at).finally(() => open.delete(call));
    open.add(call);
    call.catch(() => undefined); // `Promise.all` below tells of it
    if (nowNs() - startNs > (looked * lengthNs) / windows) {
      looked++;
      await look();
    }
  }
  await Promise.all(open);
  const rows = [...series].map(([key, points]): SoakRow => {
    const [part = "", quantity = ""] = key.split("\0");
    const counted = points.filter(({ atNs }) => atNs >= settling * lengthNs);
    return { part, quantity: quantity as SoakRow["quantity"], trend: trendOf(counted) };
  });
  return { options: { minutes, rate }, calls, failed, late, rows, leftOut };
}

const medianMs = (ns: readonly number[]): number => quantile(ascending(ns), 0.5) / 1e6;

function lookAtInstances({ instances }: MeasuredInstances, tell: (part: string, bytes?: number) => void): void {
  for (const { runtime, guard, cgroup } of instances) {
    const folders = cgroup === undefined ? undefined : groupFolders(cgroup);
    tell(guard === "none" ? runtime : `${runtime}, guard`, folders && readGroupUsage(folders)?.workingSetBytes);
  }
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
    "",
    `${calls} calls in ${options.minutes} min, ${options.rate} per s: ${failed} failed, ${late} began more than 1 s late`,
  ].join("\n");
}
