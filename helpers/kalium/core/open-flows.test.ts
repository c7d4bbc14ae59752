import { expect, test } from "vitest";
import { openFlows } from "./open-flows.ts";

const numbered = (limits: { readonly maxOpen: number; readonly idleMs: number }) => {
  let made = 0;
  return openFlows(() => ++made, limits);
};

test("a flow keeps its state until it is closed", () => {
  const flows = numbered({ maxOpen: 10, idleMs: 100 });
  expect([flows.get("a", 0), flows.get("b", 0), flows.get("a", 100)]).toEqual([1, 2, 1]);
  flows.close("a");
  expect(flows.get("a", 100)).toBe(3);
});

test("what was silent for too long is forgotten, what was heard of is not", () => {
  const flows = numbered({ maxOpen: 10, idleMs: 100 });
  flows.get("a", 0);
  flows.get("b", 0);
  flows.get("a", 90);
  expect(flows.get("c", 150)).toBe(3);
  expect(flows.size).toBe(2);
  expect([flows.get("a", 150), flows.get("b", 150)]).toEqual([1, 4]);
});

test("no more may be open than the bound, until one ends or is forgotten", () => {
  const flows = numbered({ maxOpen: 2, idleMs: 100 });
  flows.get("a", 0);
  flows.get("b", 50);
  expect(flows.get("c", 60)).toBeUndefined();
  expect(flows.get("a", 60)).toBe(1);
  flows.close("b");
  expect(flows.get("c", 60)).toBe(3);
  expect(flows.get("d", 300)).toBe(4);
  expect(flows.size).toBe(1);
});
