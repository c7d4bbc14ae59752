import { expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { functionPlan } from "./function-plan.ts";
import { planSizes } from "./plan-sizes.ts";

const functions = [
  { label: "product-photos-success", callees: [] },
  { label: "product-photos-report", callees: [] },
];
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
  expect(sizes?.["product-photos-success"]).not.toHaveProperty("leastBlocks");
  const own = functionPlan({ plan, ...(sizes && { sizes }) }, "product-photos-success", ["gvisor", "native"]);
  expect(own.recorded.blocks).toBe(blocks);
  expect(own.plan).toMatchObject({
    blocks: mostBlocks,
    label: "product-photos-success",
    systems: ["gvisor", "native"],
  });
});

test("a function without a size of its own has the profile's", () => {
  const { plan } = sized({ KALIUM_BLOCKS: "7" });
  expect(functionPlan({ plan }, "microbenchmark", ["gvisor"]).plan.blocks).toBe(7);
});
