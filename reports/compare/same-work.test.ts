import { expect, test } from "vitest";
import type { LatencyRecord } from "../records/record.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { refuseOtherWork } from "./same-work.ts";

const label = "product-purchase-publish";
const plain = syntheticRecord({ blocks: 2, rounds: 6, spread: 0.05, label, ratios: { valve: 1.2 } });
const doing = (workload: "artifact" | "lean"): LatencyRecord => ({
  ...plain,
  systems: plain.systems.map((system) => ({ ...system, workload })),
});

test("runs with the same workload may be compared, and a record without one is lean", () => {
  expect(() => refuseOtherWork([doing("artifact")], [doing("artifact")])).not.toThrow();
  expect(() => refuseOtherWork([plain], [doing("lean")])).not.toThrow();
});

test("runs with different workloads are refused, with the cell and what to do", () => {
  expect(() => refuseOtherWork([plain], [doing("artifact")])).toThrow(
    /product-purchase-publish under \w+ was lean in A and is artifact in B\n {2}-> Measure again with KALIUM_WORKLOAD=lean/,
  );
});

test("other functions, and calls that were imported, hinder nothing", () => {
  expect(() => refuseOtherWork([{ ...plain, label: "other" }], [doing("artifact")])).not.toThrow();
  expect(() => refuseOtherWork([{ ...plain, imported: { files: [] } }], [doing("artifact")])).not.toThrow();
});
