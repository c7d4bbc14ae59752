import { expect, test } from "vitest";
import { knownFunction } from "./known-function.ts";

const known = ["microbenchmark", "product-purchase-publish"];

test("a function is found with the asterisk that it has in the figure, and without", () => {
  expect(knownFunction("microbenchmark*", known)).toBe("microbenchmark");
  expect(knownFunction("product-purchase-publish", known)).toBe("product-purchase-publish");
});

test("a misspelt function is named with its option, the one that was meant, and all that there are", () => {
  expect(() => knownFunction("product-purchase-publsh", known, "--function")).toThrow(
    "--function product-purchase-publsh is not a function that can be measured; did you mean product-purchase-publish?\n" +
      "  -> Name one of microbenchmark, product-purchase-publish.",
  );
  expect(() => knownFunction("nothing-like-it", known)).toThrow(
    /^nothing-like-it is not a function that can be measured\n/,
  );
});
