import { expect, test } from "vitest";
import type { Sample } from "../../reports/records/record.ts";
import type { Plan } from "./plan.ts";
import { simulatedPlan } from "./simulated-stage.test-support.ts";
import { warmUp } from "./warm-up.ts";

/** Warms up block 0 with scripted latencies, ns, while each call takes so long by a clock of its own. */
async function warmUpSimulated({
  plan: changes,
  latencyNs = () => 10e6,
  tookNs = 0,
}: {
  readonly plan: Partial<Plan>;
  readonly latencyNs?: (system: string) => number;
  readonly tookNs?: number;
}) {
  const calls = new Map<string, number>();
  let time = 0;
  const flags = await warmUp({
    plan: { ...simulatedPlan, ...changes },
    block: 0,
    now: () => time,
    run: (planned) => {
      const samples = planned.map((call): Sample => {
        time += tookNs;
        calls.set(call.system, (calls.get(call.system) ?? 0) + 1);
        return { ...call, startedAtNs: time, latencyNs: latencyNs(call.system), status: 200, outcome: "ok" };
      });
      return Promise.resolve(samples);
    },
  });
  return { flags, calls: [...calls.values()] };
}

const detected = { warmup: "detected", warmupRounds: 200 } as const;

test("a fixed warm-up makes the rounds of the plan and looks at none", async () => {
  let latency = 1e6;
  const { flags, calls } = await warmUpSimulated({ plan: { warmupRounds: 40 }, latencyNs: () => (latency *= 1.1) });
  expect([flags, calls]).toEqual([[], [40, 40, 40]]);
});

test("warm-up ends for all once each system has been steady for 100 calls", async () => {
  expect(await warmUpSimulated({ plan: detected })).toEqual({ flags: [], calls: [100, 100, 100] });
});

test("30 steady calls suffice once 2 s have passed", async () => {
  expect(await warmUpSimulated({ plan: detected, tookNs: 30e6 })).toEqual({ flags: [], calls: [30, 30, 30] });
});

test("a system that never becomes steady is flagged at the end of the plan's warm-up rounds", async () => {
  let calls = 0;
  const restless = (system: string) => (system === "native" ? 1e6 * 1.1 ** (++calls % 60) : 10e6);
  const warmed = await warmUpSimulated({ plan: { ...detected, warmupRounds: 120 }, latencyNs: restless });
  expect(warmed.calls).toEqual([120, 120, 120]);
  expect(warmed.flags).toMatchObject([{ kind: "no-steady-state", system: "native", block: 0 }]);
});

test("a minute is enough: slow calls end the warm-up before the plan's rounds", async () => {
  let latency = 1e6;
  const { flags, calls } = await warmUpSimulated({
    plan: detected,
    latencyNs: () => (latency *= 1.1),
    tookNs: 1e9,
  });
  expect(calls).toEqual([20, 20, 20]);
  expect(flags.map(({ detail }) => detail)).toEqual(Array(3).fill("not steady within 20 calls and 60 s"));
});
