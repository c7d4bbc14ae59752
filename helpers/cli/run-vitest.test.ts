import { expect, test } from "vitest";
import { colourVariables } from "./run-vitest.ts";

test("what is written to a file or a pipe has no colours, unless they are asked for", () => {
  expect(colourVariables({}, {})).toEqual({ NO_COLOR: "1" });
  expect(colourVariables({ isTTY: true }, {})).toEqual({});
  expect(colourVariables({}, { FORCE_COLOR: "1" })).toEqual({});
  expect(colourVariables({}, { CI: "true" })).toEqual({});
});
