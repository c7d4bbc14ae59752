import { expect, test } from "vitest";
import { exitCodeOf } from "./exit-code.ts";

test.for([
  ["E_CONFIG", 2],
  ["E_SETUP", 3],
  ["E_RUNTIME_UNAVAILABLE", 3],
  ["E_WRONG_ANSWER", 1],
  ["E_RUNTIME_PROOF", 4],
] as const)("%s ends with code %i", ([code, exitCode]) => {
  expect(exitCodeOf(code)).toBe(exitCode);
});
