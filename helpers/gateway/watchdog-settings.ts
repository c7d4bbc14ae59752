import { parseGoDurationMs } from "./go-duration.ts";
import { refusal } from "./refusal.ts";

/** What of-watchdog reads from a function's environment in `mode=http`. A timeout of 0 means none. */
export interface WatchdogSettings {
  /** `function_process` or `fprocess`, split on spaces; absent: the image's command. */
  readonly command: readonly string[] | undefined;
  readonly execTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  /** How long a stop waits for calls in flight. */
  readonly healthcheckIntervalMs: number;
  /** 0: no limit. */
  readonly maxInflight: number;
  /** Path that tells whether the function is ready; empty when none was named. */
  readonly readyPath: string;
  readonly prefixLogs: boolean;
}

const defaultTimeoutMs = 30_000;

/** @throws {KaliumError} a 400 that names the variable and its value */
export function readWatchdogSettings(
  env: Readonly<Record<string, string>>,
  envProcess: string | undefined,
): WatchdogSettings {
  const mode = env["mode"] ?? "http";
  if (mode !== "http") throw refusal(400, `mode ${JSON.stringify(mode)} is not supported: only "http" is`);
  const process = envProcess || env["function_process"] || env["fprocess"];
  const writeTimeoutMs = duration(env, "write_timeout", defaultTimeoutMs);
  return {
    command: process === undefined || process.trim() === "" ? undefined : process.trim().split(/ +/),
    execTimeoutMs: duration(env, "exec_timeout", defaultTimeoutMs),
    readTimeoutMs: duration(env, "read_timeout", defaultTimeoutMs),
    writeTimeoutMs,
    healthcheckIntervalMs: duration(env, "healthcheck_interval", writeTimeoutMs),
    maxInflight: count(env, "max_inflight"),
    readyPath: path(env, "ready_path"),
    prefixLogs: env["prefix_logs"] !== "false",
  };
}

/**
 * Of an image of somebody else's, as far as they concern the gateway: how long a stop waits for calls in flight, and where
 * readiness is asked. What a watchdog of today would refuse may suit that image's own.
 */
export function guessWatchdogSettings(env: Readonly<Record<string, string>>): WatchdogSettings {
  const named = ["healthcheck_interval", "write_timeout", "ready_path"];
  const usable = named.flatMap((name) => {
    try {
      const value = { [name]: env[name] ?? "" };
      readWatchdogSettings(value, undefined);
      return [value];
    } catch {
      return [];
    }
  });
  return readWatchdogSettings(Object.assign({}, ...usable) as Readonly<Record<string, string>>, undefined);
}

function duration(env: Readonly<Record<string, string>>, name: string, absentMs: number): number {
  const text = env[name];
  if (text === undefined || text === "") return absentMs;
  const ms = parseGoDurationMs(text);
  if (ms === undefined || ms > 2 ** 31 - 1) throw refusal(400, `${name}: ${JSON.stringify(text)} is not a duration`);
  return ms;
}

function count(env: Readonly<Record<string, string>>, name: string): number {
  const text = env[name] ?? "0";
  if (!/^\d{1,9}$/.test(text)) throw refusal(400, `${name}: ${JSON.stringify(text)} is not a count`);
  return Number(text);
}

function path(env: Readonly<Record<string, string>>, name: string): string {
  const text = env[name] ?? "";
  if (!/^(?:|\/[!-~]*)$/.test(text)) throw refusal(400, `${name}: ${JSON.stringify(text)} is not a path`);
  return text;
}
