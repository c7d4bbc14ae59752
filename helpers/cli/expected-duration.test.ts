import { expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { durationText, expectedDensity, expectedLoad, expectedWhy } from "./expected-duration.ts";

const config = (env: Readonly<Record<string, string>> = {}) => loadConfig({ KALIUM_SETUP: "never", ...env });

test("load: every rate is offered to each system and to the client alone, in every block", () => {
  const settings = {
    ...{ KALIUM_SYSTEMS: "gvisor,native,kalium", KALIUM_BLOCKS: "2" },
    ...{ KALIUM_LOAD_RATES: "20,60", KALIUM_LOAD_SECONDS: "4" },
  };
  const { ms, of } = expectedLoad(config(settings), 1);
  // such a run took 76 s on 30 November 2026
  expect(ms).toBeGreaterThan(60_000);
  expect(ms).toBeLessThan(100_000);
  expect(of).toBe("2 blocks of 2 rates, 4 s each, for 3 systems and the client alone");
  const longer = expectedLoad(config({ ...settings, KALIUM_LOAD_SEARCH: "1" }), 1);
  expect(longer.ms - ms).toBeGreaterThan(2 * 3 * 4 * 4_000);
  expect(expectedLoad(config({ ...settings, KALIUM_LOAD_SECONDS: "8" }), 1).ms).toBeGreaterThan(1.7 * ms);
});

test("load: a budget ends it earlier", () => {
  const { ms } = expectedLoad(config({ KALIUM_BUDGET_MINUTES: "2" }), 1);
  expect(ms).toBeLessThan(3 * 60_000);
});

test("density: a run of 2 blocks of 4 systems with 8 instances took 53 s", () => {
  const systems = { KALIUM_SYSTEMS: "gvisor,gvisor-aa,native,kalium", KALIUM_BLOCKS: "2" };
  const { ms, of } = expectedDensity(config({ ...systems, KALIUM_DENSITY_INSTANCES: "8" }));
  expect(ms).toBeGreaterThan(40_000);
  expect(ms).toBeLessThan(70_000);
  expect(of).toBe("2 blocks of 4 systems, at most 8 instances each");
});

test("why takes longer than the latencies alone, by what it counts", () => {
  const { ms, of } = expectedWhy(config({ KALIUM_SYSTEMS: "native,gvisor" }), { latencyMs: 60_000, functions: 1 });
  expect(ms).toBeGreaterThan(60_000);
  expect(of).toBe("latency and system calls of 1 function under 2 systems");
});

test.for([
  [1_200, "5 s"],
  [41_000, "45 s"],
  [89_000, "90 s"],
  [91_000, "2 min"],
  [1_270_000, "21 min"],
] as const)("%i ms are about %s", ([ms, text]) => {
  expect(durationText(ms)).toBe(text);
});
