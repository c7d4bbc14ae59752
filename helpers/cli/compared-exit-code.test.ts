import { expect, test } from "vitest";
import { comparedExitCode } from "./compared-exit-code.ts";

test.for([
  [0, "slower", 1],
  [0, "not slower", 0],
  [0, "undecided", 4],
  [1, "slower", 1], // in what was measured
  [1, "not slower", 4], // of the rest nobody knows
  [1, "undecided", 4],
  [1, undefined, 4], // no function of B could start
  [2, undefined, 2],
  [3, undefined, 3], // B cannot run on this machine
  [4, "slower", 1],
  [4, "not slower", 4],
  [130, "slower", 130],
] as const)("measuring ended with %i, B is %s: %i", ([measuring, outcome, exitCode]) => {
  expect(comparedExitCode(measuring, outcome, "slower")).toBe(exitCode);
});

test("--fail-on never lets a verdict pass, not a measurement that failed", () => {
  expect(comparedExitCode(0, "slower", "never")).toBe(0);
  expect(comparedExitCode(0, "undecided", "never")).toBe(0);
  expect(comparedExitCode(1, "slower", "never")).toBe(4);
  expect(comparedExitCode(3, undefined, "never")).toBe(3);
});
