import { expect, test } from "vitest";
import { measuredFunctions } from "../../fixtures/flows/index.ts";
import { functionOfKey, keyedFunctions } from "./function-keys.ts";

test("keys, flows and asterisks are those of the functions that are measured", () => {
  const measured = measuredFunctions.map(({ label, starred, key, flow }) => ({ label, starred, key, flow }));
  expect(keyedFunctions).toEqual(measured);
});

test("a function is found by its key and by the spellings that are left in the artifact", () => {
  expect(functionOfKey("api_categories")?.label).toBe("product-catalog-api-categories");
  expect(functionOfKey("getprice")?.label).toBe("product-purchase-getprice");
  expect(functionOfKey("authorize")?.label).toBe("product-purchase-authorize-cc");
  expect(functionOfKey("constructor")).toBeUndefined();
});
