import { expect, test } from "vitest";
import { namePatternOf } from "../testbed/run/vitest-options.ts";
import { givenSettings } from "./by-option.ts";
import { suiteArguments } from "./measure-suites.ts";

test("a suite's pattern selects the named functions, with and without their asterisk, and no others", () => {
  const pattern = new RegExp(namePatternOf(suiteArguments("why", ["product-photos-receive", "my.call"])) ?? "$^");
  for (const title of ["product-photos > product-photos-receive*", "mine > my.call"]) expect(title).toMatch(pattern);
  for (const title of ["product-photos > product-photos-receive-2", "mine > my-call", "my.call > other"]) {
    expect(title).not.toMatch(pattern);
  }
  expect(suiteArguments("why", [])).toEqual(["suites/why", "--project", "why"]);
});

test("options become their settings, and errors can name them as they were given", () => {
  const settings = { systems: "KALIUM_SYSTEMS", blocks: "KALIUM_BLOCKS" };
  expect(givenSettings(settings, { systems: "native" })).toEqual({
    variables: { KALIUM_SYSTEMS: "native" },
    options: { systems: "KALIUM_SYSTEMS" },
  });
  expect(givenSettings(settings, {})).toEqual({ variables: {}, options: {} });
});
