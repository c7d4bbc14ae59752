import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { latencyTable, otherWork } from "./latency-tables.ts";

const cells = (profile: string): readonly string[] => {
  const record = syntheticRecord({ blocks: 1, rounds: 3 });
  return latencyTable(compare([{ ...record, plan: { ...record.plan, profile } }])).rows.flat();
};

test("the profile smoke gets no statistics", () => {
  expect(cells("smoke").join(" ")).not.toMatch(/\d\.\d/);
  expect(cells("quick").join(" ")).toMatch(/\d\.\d/);
});

test("the profile paper gets the artifact's ratio of means beside ours", () => {
  const record = syntheticRecord({ blocks: 5, rounds: 4 });
  const titles = (profile: string) =>
    latencyTable(compare([{ ...record, plan: { ...record.plan, profile } }])).columns.map(({ title }) => title);
  expect(titles("paper")).toContain("Ratio of means");
  expect(titles("quick")).not.toContain("Ratio of means");
});

test("a cell that is not the application's work is marked, reported, and in no mean", () => {
  const [right, wrong] = ["product-purchase-publish", "product-catalog-api-products"].map((label, index) =>
    syntheticRecord({ label, ratios: { trapeze: 2 + index } }),
  );
  if (right === undefined || wrong === undefined) throw new TypeError("there are records");
  const systems = wrong.systems.map((system) =>
    system.name === "trapeze" ? { ...system, note: "fails early" } : system,
  );
  const comparison = compare([right, { ...wrong, systems }]);
  const titles = latencyTable(comparison).rows.map(([, system]) => system);
  expect(titles.filter((system) => system?.endsWith("†"))).toEqual(["Trapeze (gVisor) †"]);
  expect(otherWork(comparison)).toEqual([
    "† product-catalog-api-products, Trapeze (gVisor): fails early. Excluded from all means.",
  ]);
  expect(comparison.means.get("trapeze")?.functions).toBe(1);
});
