import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { flows, measuredFunctions } from "../../../fixtures/flows/index.ts";
import { namesSuite, ownSuites, selectedLabels, titleOf } from "./selected-tests.ts";

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

test("a file selects its flow, or the one function in it that matches; the load suite has all", () => {
  const files = [
    "/anywhere/suites/kalium/productCatalogApi.suite.ts",
    "/anywhere/suites/kalium/policy-accuracy.suite.ts",
  ];
  expect(selectedLabels(undefined, files)).toEqual(flows.productCatalogApi.map(({ label }) => label));
  expect(selectedLabels(/builder-image/, files)).toEqual(["product-catalog-builder-image"]);
  expect(selectedLabels(/product-photos/, files)).toEqual([]);
  expect(selectedLabels(undefined, ["/anywhere/suites/load/load.suite.ts"])).toEqual(all);
});

test("each flow has a suite of the name that is looked for", async () => {
  const present = await readdir(new URL("../../../suites/kalium/", import.meta.url));
  for (const [flow, functions] of Object.entries(flows)) {
    const found = present.filter(
      (name) => selectedLabels(new RegExp(`^${flow} > `), [name]).length === functions.length,
    );
    expect(found, flow).toHaveLength(1);
  }
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

test("a suite that measures no function is asked for by its own name, alone or before a title", () => {
  for (const pattern of [/policy accuracy/, /accuracy/, /^policy accuracy > attacks/]) {
    expect(namesSuite(ownSuites.accuracy, pattern)).toBe(true);
    expect(selectedLabels(pattern)).toEqual([]);
  }
  for (const pattern of [/system calls/, /^system calls > each/]) {
    expect(namesSuite(ownSuites.systemCalls, pattern)).toBe(true);
    expect(namesSuite(ownSuites.accuracy, pattern)).toBe(false);
  }
  for (const pattern of [/product/, /request/]) {
    for (const name of Object.values(ownSuites)) expect(namesSuite(name, pattern)).toBe(false);
  }
});
