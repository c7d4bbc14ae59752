import { expect, test } from "vitest";
import { guardedCallsTable, measureGuardedCalls } from "./guarded-calls.ts";

test("calls with and without the guard, beside the echo of their sandbox", async () => {
  const report = await measureGuardedCalls({ seed: 1, rounds: 4, warmupRounds: 1 });
  const native = report.times.filter(({ runtime }) => runtime === "native");
  expect(native.map(({ guard }) => guard)).toEqual(["none", "embedded"]);
  expect(native[0]?.addedNs).toBe(0);
  for (const { p50Ns, echoNs, goalNs } of native) {
    expect(p50Ns).toBeGreaterThan(0);
    expect(goalNs).toBe(echoNs + 150_000);
  }
  expect(guardedCallsTable(report)).toMatch(/^native, guard .* (?:met|missed)$/m);
});
