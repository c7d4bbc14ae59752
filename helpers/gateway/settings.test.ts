import { expect, test } from "vitest";
import { callDeadline, lowered } from "./call-deadline.ts";
import { parseGoDurationMs } from "./go-duration.ts";
import { parseMemoryBytes } from "./quantity.ts";
import { readWatchdogSettings } from "./watchdog-settings.ts";

test("durations are Go's or bare seconds", () => {
  const read = ["30", "1m30s", "500ms", "1.5h", "2us", "0"].map(parseGoDurationMs);
  expect(read).toEqual([30_000, 90_000, 500, 5_400_000, 0.002, 0]);
  expect(["", "5 s", "-1s", "1d", "s", "1s2"].map(parseGoDurationMs)).toEqual(Array(6).fill(undefined));
});

test("memory quantities are Kubernetes'", () => {
  expect(["128Mi", "1G", "64", "1.5Gi"].map(parseMemoryBytes)).toEqual([134_217_728, 1e9, 64, 1_610_612_736]);
  expect(["", "much", "-1Mi", "0", "1TiB", "128 Mi"].map(parseMemoryBytes)).toEqual(Array(6).fill(undefined));
});

test("the watchdog's settings have of-watchdog's defaults", () => {
  expect(readWatchdogSettings({}, undefined)).toEqual({
    command: undefined,
    execTimeoutMs: 30_000,
    readTimeoutMs: 30_000,
    writeTimeoutMs: 30_000,
    healthcheckIntervalMs: 30_000,
    maxInflight: 0,
    readyPath: "",
    prefixLogs: true,
  });
  expect(readWatchdogSettings({ write_timeout: "5s" }, undefined).healthcheckIntervalMs).toBe(5_000);
});

test("the command is envProcess, then function_process, then fprocess, split on spaces", () => {
  const env = { fprocess: "node a.js", function_process: "node b.js -x" };
  expect(readWatchdogSettings(env, "node c.js").command).toEqual(["node", "c.js"]);
  expect(readWatchdogSettings(env, undefined).command).toEqual(["node", "b.js", "-x"]);
});

test.each([
  [{ mode: "streaming" }, /mode "streaming"/],
  [{ exec_timeout: "soon" }, /exec_timeout: "soon"/],
  [{ max_inflight: "-1" }, /max_inflight: "-1"/],
  [{ ready_path: "no slash" }, /ready_path: "no slash"/],
])("unusable settings are refused by name: %o", (env, message) => {
  expect(() => readWatchdogSettings(env as Record<string, string>, undefined)).toThrow(message);
});

test("the earliest limit ends a call, and exec_timeout wins a draw", () => {
  const settings = readWatchdogSettings({ exec_timeout: "2s", write_timeout: "2s" }, undefined);
  expect(callDeadline(settings)).toEqual({ kind: "exec", afterMs: 2_000 });
  const cut = readWatchdogSettings({ exec_timeout: "2s", write_timeout: "1s" }, undefined);
  expect(callDeadline(cut)).toEqual({ kind: "write", afterMs: 1_000 });
  const none = readWatchdogSettings({ exec_timeout: "0", write_timeout: "0" }, undefined);
  expect(callDeadline(none)).toBeUndefined();
});

test("X-Timeout only ever lowers the limit", () => {
  const settings = readWatchdogSettings({ exec_timeout: "2s" }, undefined);
  const limit = callDeadline(settings);
  expect(lowered(limit, settings, "1s")).toEqual({ kind: "exec", afterMs: 1_000 });
  for (const text of ["3s", "never", "0"]) expect(lowered(limit, settings, text)).toBe(limit);
});
