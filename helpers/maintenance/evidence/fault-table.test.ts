import { expect, test } from "vitest";
import { countRuns, faultTable, type SeenFault } from "./fault-table.ts";
import { faults } from "./faults.ts";

test("the table has a line per fault with its runs, and shows what is not as expected", () => {
  const [fault, other] = faults;
  if (fault === undefined || other === undefined) throw new TypeError("there are faults");
  const seen: readonly SeenFault[] = [
    { name: fault.name, seen: "exit 4; a|b", endedInS: 12.4, lostCalls: -1, left: "nothing", asExpected: true },
    { name: other.name, seen: "nothing", left: "not looked at" },
    {
      name: fault.name,
      seen: "exit 4; c",
      endedInS: 14,
      recoveredInS: 0.5,
      lostCalls: 0,
      left: "nothing",
      asExpected: true,
    },
    { name: other.name, seen: "exit 4; c", endedInS: 3, lostCalls: 0, left: "nothing", asExpected: true },
  ];
  const lines = faultTable(faults, seen).split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(/\| exit 4; a\\\|b \| 2 of 2 \| 13.2 s, at most 14.0 s \| 0.5 s \| 0 \| nothing \|$/);
  expect(lines[3]).toMatch(/\| nothing \| 1 of 2 \| 3.0 s \| – \| 0 \| not looked at, nothing \|$/);
  expect(countRuns(seen, 130)).toBe("3 of 4 runs as expected, with 2 faults, in 2 min");
});

test("a fault that nobody tried has no line", () => {
  expect(faultTable(faults, []).split("\n")).toHaveLength(2);
});

test("each fault has a name of its own and words that a run has to say", () => {
  expect(faults.length).toBeGreaterThanOrEqual(30);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  for (const { expected } of faults) expect(expected.says.length).toBeGreaterThan(0);
});
