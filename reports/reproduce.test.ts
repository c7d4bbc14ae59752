import { expect, test } from "vitest";
import { reproduce } from "./reproduce.ts";
import { syntheticRecord, syntheticRunRecord } from "./testing/synthetic.ts";

const latency = [syntheticRecord({ ratios: { "gvisor-aa": 1, native: 0.5 }, blocks: 5, rounds: 6, seed: 7 })];

test("what the user had set comes back, with the proven systems and seed; blocks and rounds stay free", () => {
  const variables = { KALIUM_WORKLOAD: "lean", KALIUM_BUDGET_MINUTES: "8", KALIUM_OUT: "/elsewhere" };
  expect(reproduce({ run: syntheticRunRecord({ variables }), latency })).toBe(
    "KALIUM_WORKLOAD=lean KALIUM_BUDGET_MINUTES=8 KALIUM_SYSTEMS=gvisor,gvisor-aa,native KALIUM_BASELINE=gvisor " +
      "KALIUM_PROFILE=quick KALIUM_SEED=7 npm run bench",
  );
});

test("chosen blocks, selected functions and values with blanks come back as they were", () => {
  const run = syntheticRunRecord({
    variables: { KALIUM_BLOCKS: "9", KALIUM_RUNSC_FLAGS: "--directfs=false --overlay2='none'" },
    selected: ["product-purchase-publish"],
  });
  const command = reproduce({ run, latency });
  expect(command).toContain("KALIUM_BLOCKS=9 KALIUM_RUNSC_FLAGS='--directfs=false --overlay2='\\''none'\\''' ");
  expect(command).toMatch(/npm run bench -- product-purchase-publish$/);
});

test("a run without records is measured again with its settings", () => {
  expect(reproduce({ run: syntheticRunRecord(), latency: [] })).toBe("npm run bench");
});
