import { expect, test } from "vitest";
import { startStillCheck } from "./still-check.ts";

test.for([
  [4_000, undefined],
  [8_200, "the run stood still for 8 s"],
] as const)("a client that was not let run for %s ms", ([stillMs, found]) => {
  let nowMs = 50;
  using check = startStillCheck(() => nowMs);
  nowMs += stillMs;
  expect(check.found()).toBe(found);
  nowMs += 10;
  expect(check.found(), "it is not forgotten").toBe(found);
});
