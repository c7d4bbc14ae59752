import { expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { functionPlan } from "./function-plan.ts";
import { neededMinutes, planSizes, shortBudgetText } from "./plan-sizes.ts";

const functions = ["success", "report", "message", "record"].map((name) => ({
  label: `product-photos-${name}`,
  callees: [],
}));
const sized = (env: Readonly<Record<string, string>>) => {
  const config = loadConfig({ KALIUM_SYSTEMS: "gvisor,gvisor-aa,native", KALIUM_SEED: "1", ...env });
  return { ...config, sizes: planSizes(config, functions, []) };
};

test("every function has blocks and rounds of its own, unless the user chose them", () => {
  const { sizes } = sized({});
  expect(Object.keys(sizes ?? {})).toEqual(functions.map(({ label }) => label));
  expect(sizes?.["product-photos-success"]).toMatchObject({ leastBlocks: 5 });
  expect(sized({ KALIUM_BLOCKS: "7" }).sizes).toBeUndefined();
});

test("with a budget the record says what was planned, and time may let a function measure more", () => {
  const { sizes, plan } = sized({ KALIUM_BUDGET_MINUTES: "3" });
  const { blocks = NaN, mostBlocks = NaN } = sizes?.["product-photos-success"] ?? {};
  expect(mostBlocks).toBeGreaterThan(blocks);
  expect(sizes?.["product-photos-success"]).toMatchObject({ leastBlocks: 5 });
  const own = functionPlan({ plan, ...(sizes && { sizes }) }, "product-photos-success", ["gvisor", "native"]);
  expect(own.recorded.blocks).toBe(blocks);
  expect(own.plan).toMatchObject({
    blocks: mostBlocks,
    label: "product-photos-success",
    systems: ["gvisor", "native"],
  });
});

test("a budget that is too short says so, and which would do; then time ends a function before its fifth block", () => {
  const short = sized({ KALIUM_BUDGET_MINUTES: "1", KALIUM_SYSTEMS: "gvisor,gvisor-aa,native,runc,valve,trapeze" });
  expect(short.sizes?.["product-photos-success"]).not.toHaveProperty("leastBlocks");
  const minutes = neededMinutes(short) ?? NaN;
  expect(minutes).toBeGreaterThan(1);
  expect(shortBudgetText(short)).toContain(`Set KALIUM_BUDGET_MINUTES=${minutes},`);
  const enough = sized({ KALIUM_BUDGET_MINUTES: String(minutes), KALIUM_SYSTEMS: short.systems.join() });
  expect(shortBudgetText(enough)).toBeUndefined();
  expect(enough.sizes?.["product-photos-success"]).toMatchObject({ leastBlocks: 5 });
  expect(shortBudgetText(sized({}))).toBeUndefined();
});

test("a function without a size of its own has the profile's", () => {
  const { plan } = sized({ KALIUM_BLOCKS: "7" });
  expect(functionPlan({ plan }, "microbenchmark", ["gvisor"]).plan.blocks).toBe(7);
});
