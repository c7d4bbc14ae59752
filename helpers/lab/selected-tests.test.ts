import { describe, expect, test } from "vitest";
import { flows, measuredFunctions } from "../../fixtures/flows/index.ts";
import { namesAccuracy, selectedLabels, titleOf } from "./selected-tests.ts";

const literally = (name: string): RegExp => new RegExp(`^${name.replaceAll("*", "\\*")}$`);

/** Built as the suites of suites/kalium and suites/load are; Vitest matches -t against `fullTestName`. */
describe.for(Object.entries(flows))("%s", ([flow, functions]) => {
  test.for(functions.map((measured) => [titleOf(measured), measured.label] as const))("%s", ([, label], { task }) => {
    expect(selectedLabels(literally(task.fullTestName))).toEqual([label]);
    expect(selectedLabels(new RegExp(flow))).toContain(label);
    expect(selectedLabels(new RegExp(`${label}\\*?$`))).toEqual([label]);
  });
});

const all = measuredFunctions.map(({ label }) => label);

test("a flow selects its functions, no pattern selects all", () => {
  expect(selectedLabels()).toEqual(all);
  expect(selectedLabels(/product-purchase/)).toEqual(all.filter((label) => label.startsWith("product-purchase-")));
  expect(selectedLabels(/^product-photos > /)).toEqual(flows["product-photos"].map(({ label }) => label));
});

test("what Vitest does not match selects nothing", () => {
  for (const pattern of [
    /product-purchase product-purchase-publish/,
    /^product-purchase-publish/,
    /^microbenchmark$/,
  ]) {
    expect(selectedLabels(pattern)).toEqual([]);
  }
});

test("policy accuracy is asked for by its own name, alone or before a title", () => {
  for (const pattern of [/policy accuracy/, /accuracy/, /^policy accuracy > attacks/]) {
    expect(namesAccuracy(pattern)).toBe(true);
    expect(selectedLabels(pattern)).toEqual([]);
  }
  for (const pattern of [/product/, /request/]) expect(namesAccuracy(pattern)).toBe(false);
});
