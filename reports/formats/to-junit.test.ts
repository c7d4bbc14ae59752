import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { cellsToJunit } from "./cells-to-junit.ts";
import { toJunit } from "./to-junit.ts";

test("cases are counted by state, and text stays text", () => {
  const xml = toJunit("a & b", [
    { group: "f", name: "native", text: "39 % slower (26 to 55 %)", state: "failed" },
    { group: "f", name: "runc", text: 'void: said "<no>"\u0000\u001b[31m', state: "skipped" },
    { group: "g", name: "runc", text: "no difference", state: "passed" },
  ]);
  expect(xml).toContain('<testsuite name="a &amp; b" tests="3" failures="1" skipped="1">');
  expect(xml).toContain(
    '<testcase classname="f" name="native"><failure message="39 % slower (26 to 55 %)"/></testcase>',
  );
  expect(xml).toContain('<skipped message="void: said &quot;&lt;no&gt;&quot;  [31m"/>');
  expect(xml).toContain("<system-out>no difference</system-out>");
});

test("a comparison without a verdict is skipped with its reason, and no difference fails a measurement", () => {
  const record = syntheticRecord({ ratios: { native: 0.5, "gvisor-aa": 1, valve: 2 }, blocks: 6, rounds: 20 });
  const xml = cellsToJunit(compare([{ ...record, voids: [{ system: "valve", reason: "guard silent" }] }]));
  expect(xml).toContain('tests="2" failures="0" skipped="1"');
  expect(xml).toMatch(/name="native"><system-out>[\d.]+ % faster/);
  expect(xml).toContain('name="Valve (gVisor)"><skipped message="void: guard silent"/>');
  const smoke = cellsToJunit(compare([{ ...record, plan: { ...record.plan, profile: "smoke" } }]));
  expect(smoke).toContain('<skipped message="smoke: no numbers"/>');
});
