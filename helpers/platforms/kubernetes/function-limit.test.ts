import { expect, test } from "vitest";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import { refuseTooMany } from "./function-limit.ts";

const systems = ["gvisor", "gvisor-aa", "runc", "kalium", "valve", "trapeze"].map((name) => ({ name }));
const alone = measuredFunctions.filter(({ callees }) => callees.length === 0).map(({ label }) => label);
const [most] = measuredFunctions.toSorted((a, b) => b.callees.length - a.callees.length);
if (most === undefined) throw new TypeError("there are no measured functions");
const each = 1 + most.callees.length;

test("what fits is accepted, to the last function, and so is everything without a limit", () => {
  expect(() => refuseTooMany({ systems, labels: alone, limit: 7 })).not.toThrow();
  expect(() => refuseTooMany({ systems, labels: [most.label] })).not.toThrow();
});

test("what does not fit is refused with the limit, the number needed, and systems that would fit", () => {
  const limit = 2 * each + 1;
  const refusal = () => refuseTooMany({ systems, labels: [...alone, most.label], limit });
  expect(refusal).toThrow(`allows ${limit} functions at once`);
  expect(refusal).toThrow(`a block of ${most.label} needs ${6 * each + 1}`);
  expect(refusal).toThrow("KALIUM_SYSTEMS=gvisor,gvisor-aa, and measure runc, kalium, valve, trapeze in a second run");
});

test("functions of others count, too", () => {
  const some = systems.slice(0, 2);
  expect(() => refuseTooMany({ systems: some, labels: alone, limit: 5, present: 2 })).not.toThrow();
  expect(() => refuseTooMany({ systems: some, labels: alone, limit: 5, present: 3 })).toThrow(
    /5 functions at once \(3 of others are there\)[^]*no two systems fit[^]*limit to 6/,
  );
});

test("where no two systems fit, another function is proposed", () => {
  expect(() => refuseTooMany({ systems, labels: [...alone, most.label], limit: each })).toThrow(
    `-t "${alone[0] ?? ""}"`,
  );
});
