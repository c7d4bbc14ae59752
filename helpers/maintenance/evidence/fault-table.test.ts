import { expect, test } from "vitest";
import { faultTable } from "./fault-table.ts";
import { faults } from "./faults.ts";

test("the table has a line per fault, and says where it is not as expected", () => {
  const [fault] = faults;
  if (fault === undefined) throw new TypeError("there are faults");
  const lines = faultTable([
    { fault, seen: "exit 4; a|b", endedInS: 12.4, lostCalls: -1, left: "nothing", asExpected: true },
    { fault, seen: "nothing", left: "not looked at" },
  ]).split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(/\| exit 4; a\\\|b \| 12 s \| 0 \| nothing \| as expected \|$/);
  expect(lines[3]).toMatch(/\| – \| – \| not looked at \| NOT as expected \|$/);
});

test("each fault has a name of its own and words that a run has to say", () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  for (const { expected } of faults) expect(expected.says.length).toBeGreaterThan(0);
});
