import { expect, test } from "vitest";
import type { LoadCall } from "../../../reports/records/load-record.ts";
import { summariseStep } from "../../../reports/records/load-step.ts";
import { arrivalsNs } from "./arrivals.ts";
import { realClock, runOpenLoop } from "./open-loop.ts";
import { fifoServer, simulatedTime } from "./simulated-time.test-support.ts";

const ms = 1e6;

interface Simulation {
  readonly ratePerS: number;
  readonly windowMs: number;
  readonly clients: number;
  readonly arrivals?: "poisson" | "constant";
  readonly boundMs?: number;
  /** A server with one place, or one with as many as there are calls. */
  readonly server?: "one" | "many";
  readonly serviceMs: number;
}

async function simulate(given: Simulation): Promise<readonly LoadCall[]> {
  const { ratePerS, windowMs, clients, arrivals = "constant", boundMs = 50, server = "one", serviceMs } = given;
  const { clock, run } = simulatedTime();
  const { signal } = new AbortController();
  const serve = fifoServer(clock, serviceMs * ms);
  const step = { system: "gvisor", block: 0, ratePerS, phase: "measured" as const };
  const calls: LoadCall[] = [];
  const loop = runOpenLoop({
    clock,
    offsetsNs: arrivalsNs({ arrivals, windowMs, ratePerS, seed: 11, place: "test" }),
    clients,
    giveUpNs: (windowMs + boundMs) * ms,
    send: async (due) => {
      const sentAtNs = clock.nowNs();
      await (server === "one" ? serve(signal) : clock.until(sentAtNs + serviceMs * ms, signal));
      const serviceNs = clock.nowNs() - sentAtNs;
      const latencyNs = clock.nowNs() - due.dueAtNs;
      calls.push({ ...step, ...due, sentAtNs, serviceNs, latencyNs, status: 200, outcome: "ok" });
    },
    onUnsent: (due) =>
      calls.push({ ...step, ...due, latencyNs: clock.nowNs() - due.dueAtNs, status: 0, outcome: "unsent" }),
    signal,
  });
  await run(loop);
  return calls;
}

test("M/D/1: the mean wait is what Pollaczek and Khinchine say", async () => {
  const serviceMs = 10;
  for (const load of [0.5, 0.8]) {
    const calls = await simulate({
      ratePerS: (1e3 * load) / serviceMs,
      windowMs: 200_000,
      clients: 10_000,
      arrivals: "poisson",
      serviceMs,
    });
    const waitMs = calls.reduce((sum, { latencyNs }) => sum + latencyNs / ms - serviceMs, 0) / calls.length;
    const expectedMs = (load * serviceMs) / (2 * (1 - load)); // 5 and 20 ms
    expect(waitMs / expectedMs).toBeGreaterThan(0.9);
    expect(waitMs / expectedMs).toBeLessThan(1.1);
  }
});

test("below capacity each call takes the time of its service", async () => {
  const calls = await simulate({ ratePerS: 50, windowMs: 1_000, clients: 1, serviceMs: 10 });
  expect(calls).toHaveLength(50);
  for (const { latencyNs, serviceNs, waited } of calls) {
    expect({ latencyNs, serviceNs, waited }).toEqual({ latencyNs: 10 * ms, serviceNs: 10 * ms, waited: false });
  }
});

test("no coordinated omission: a call that waits for a client counts from when it was due", async () => {
  // 100/s on 2 clients that are busy for 50 ms each: 40/s get out, and the wait grows by 15 ms a call.
  const calls = await simulate({ ratePerS: 100, windowMs: 1_000, clients: 2, server: "many", serviceMs: 50 });
  const sent = calls.filter(({ outcome }) => outcome === "ok");
  for (const { index, latencyNs, serviceNs, waited } of sent) {
    const startMs = 50 * Math.floor(index / 2) + 10 * (index % 2); // client 2 starts 10 ms after client 1
    expect(latencyNs / ms).toBe(startMs + 50 - 10 * index);
    expect(serviceNs).toBe(50 * ms);
    expect(waited).toBe(index >= 2);
  }
  // Until 1050 ms: 22 starts of client 1 (the last at 1050), 21 of client 2.
  expect(calls).toHaveLength(100);
  expect(sent.length).toBeGreaterThanOrEqual(42);
  expect(sent.length).toBeLessThanOrEqual(43);
  expect(new Set(calls.map(({ index }) => index)).size).toBe(100);
});

test("what is not sent is counted, and a step that completes less than it was offered is saturated", async () => {
  const rules = { boundMs: 50, quantile: 0.99, windowMs: 1_000 };
  const over = await simulate({ ratePerS: 100, windowMs: 1_000, clients: 2, server: "many", serviceMs: 50 });
  const slow = summariseStep(100, over, rules);
  expect(slow).toMatchObject({ planned: 100, saturated: true, holds: false, waited: 98 });
  expect(slow.ok + slow.failed.unsent).toBe(100);
  expect(slow.completedPerS).toBeGreaterThan(38);
  expect(slow.completedPerS).toBeLessThan(43);
  const far = await simulate({ ratePerS: 30, windowMs: 1_000, clients: 64, server: "many", serviceMs: 400 });
  expect(summariseStep(30, far, rules)).toMatchObject({ saturated: false, holds: false, completedPerS: 30, waited: 0 });
});

test("an interruption ends the loop at once, whatever is in flight", async () => {
  const stop = new AbortController();
  const loop = runOpenLoop({
    clock: realClock,
    offsetsNs: [0, 60_000 * ms],
    clients: 1,
    giveUpNs: 60_000 * ms,
    send: () => new Promise(() => undefined),
    onUnsent: () => undefined,
    signal: stop.signal,
  });
  setImmediate(() => stop.abort(new Error("Ctrl-C")));
  await expect(loop).rejects.toThrow("Ctrl-C");
});

test("an error of the harness is thrown, not counted", async () => {
  const { signal } = new AbortController();
  const send = () => Promise.reject(new TypeError("broken"));
  const options = {
    clock: realClock,
    offsetsNs: [0],
    clients: 1,
    giveUpNs: 0,
    send,
    onUnsent: () => undefined,
    signal,
  };
  await expect(runOpenLoop(options)).rejects.toThrow("broken");
});
