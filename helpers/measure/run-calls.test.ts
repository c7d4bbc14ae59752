import { expect, test } from "vitest";
import type { Sample } from "../../reports/records/record.ts";
import { plannedCalls, type PlannedCall } from "./plan.ts";
import { runCalls } from "./run-calls.ts";

const calls = plannedCalls(
  {
    profile: "quick",
    seed: 1,
    label: "microbenchmark",
    systems: ["gvisor", "native"],
    blocks: 1,
    rounds: 5,
    warmupRounds: 2,
    connection: "keepalive",
  },
  0,
);

const answer = (call: PlannedCall): Sample => ({ ...call, startedAtNs: 1, latencyNs: 2, status: 200, outcome: "ok" });
const forever = new AbortController().signal;

test("makes every planned call once, in order, one at a time", async () => {
  const made: PlannedCall[] = [];
  const samples: Sample[] = [];
  let underWay = 0;
  await runCalls({
    label: "microbenchmark",
    calls,
    invoke: async (call) => {
      expect(++underWay).toBe(1);
      await Promise.resolve();
      made.push(call);
      underWay--;
      return answer(call);
    },
    onSample: (sample) => samples.push(sample),
    signal: forever,
  });
  expect(made).toEqual(calls);
  expect(samples).toEqual(calls.map(answer));
});

test("a failure of the harness itself ends the loop with that error", async () => {
  const broken = new Error("no socket left");
  const loop = runCalls({
    label: "microbenchmark",
    calls,
    invoke: () => Promise.reject(broken),
    onSample: () => undefined,
    signal: forever,
  });
  await expect(loop).rejects.toBe(broken);
});

test("an abort stops the loop and is reported", async () => {
  const controller = new AbortController();
  let made = 0;
  const loop = runCalls({
    label: "microbenchmark",
    calls,
    invoke: (call) => {
      if (++made === 3) controller.abort(new Error("cancelled"));
      return Promise.resolve(answer(call));
    },
    onSample: () => undefined,
    signal: controller.signal,
  });
  await expect(loop).rejects.toThrow("cancelled");
  expect(made).toBeLessThan(calls.length);
});
