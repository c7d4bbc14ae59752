import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { latencyTable } from "./latency-tables.ts";

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
