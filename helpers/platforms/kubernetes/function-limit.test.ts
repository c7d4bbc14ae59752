import { expect, test } from "vitest";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import type { KaliumError } from "../../base/errors.ts";
import { refuseTooMany } from "./function-limit.ts";

const systems = ["gvisor", "gvisor-aa", "runc", "kalium", "valve", "trapeze"].map((name) => ({ name }));
const alone = measuredFunctions.filter(({ callees }) => callees.length === 0);
const [most] = measuredFunctions.toSorted((a, b) => b.callees.length - a.callees.length);
if (most === undefined) throw new TypeError("there are no measured functions");
const each = 1 + most.callees.length;

test("what fits is accepted, to the last function, and so is everything without a limit", () => {
  expect(() => refuseTooMany({ systems, measured: alone, limit: 7 })).not.toThrow();
  expect(() => refuseTooMany({ systems, measured: [most] })).not.toThrow();
});

test("what does not fit is refused with the limit, the number needed, and systems that would fit", () => {
  const limit = 2 * each + 1;
  const refusal = () => refuseTooMany({ systems, measured: [...alone, most], limit });
  expect(refusal).toThrow(`allows ${limit} functions at once`);
  expect(refusal).toThrow(`a block of ${most.label} needs ${6 * each + 1}`);
  expect(refusal).toThrow("KALIUM_SYSTEMS=gvisor,gvisor-aa; then KALIUM_SYSTEMS=gvisor,runc; then ");
});

test("every run that is proposed fits and has the first system, and together they have all", () => {
  const limit = 15;
  let hint = "";
  try {
    refuseTooMany({ systems, measured: [most], limit });
  } catch (error) {
    hint = (error as KaliumError).hint ?? "";
  }
  const runs = [...hint.matchAll(/KALIUM_SYSTEMS=([\w,-]+)/g)].map(([, names = ""]) =>
    names.split(",").map((name) => ({ name })),
  );
  for (const run of runs) {
    expect(run[0]).toEqual(systems[0]);
    expect(() => refuseTooMany({ systems: run, measured: [most], limit })).not.toThrow();
  }
  expect(new Set(runs.flat().map(({ name }) => name))).toEqual(new Set(systems.map(({ name }) => name)));
});

test("functions of others count, too", () => {
  const some = systems.slice(0, 2);
  expect(() => refuseTooMany({ systems: some, measured: alone, limit: 5, present: 2 })).not.toThrow();
  expect(() => refuseTooMany({ systems: some, measured: alone, limit: 5, present: 3 })).toThrow(
    /5 functions at once \(3 of others are there\)[^]*no two systems fit[^]*limit to 6/,
  );
});

test("where no two systems fit, another function is proposed", () => {
  expect(() => refuseTooMany({ systems, measured: [...alone, most], limit: each })).toThrow(
    `-t "${alone[0]?.label ?? ""}"`,
  );
});
