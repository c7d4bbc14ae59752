import { expect, test } from "vitest";
import { rowsOf } from "../records/syscall-rows.ts";
import { type Series, callStages } from "../records/syscall-stages.ts";
import { summariseSeries } from "./summary.ts";

/** The golden lines of the log format's specification, ns: `12.345µs:1.5µs:10µs:1.5ms:20µs:1.6ms:1.7ms` and another. */
const golden: Series = {
  name: "write",
  stages: callStages,
  calls: rowsOf([
    [12_345, 2_345],
    [1_500, 500],
    [10_000, 10_000],
    [1_500_000, 1_500_000],
    [20_000, 20_000],
    [1_600_000, 1_600_000],
    [1_700_000, 1_700_000],
  ]),
};

test("gives the golden statistics", () => {
  const { n, stages } = summariseSeries(golden);
  expect(n).toBe(2);
  expect(stages.tlsLookup).toMatchObject({
    n: 2,
    minNs: 500,
    maxNs: 1_500,
    meanNs: 1_000,
    medianNs: 1_000,
    sumNs: 2_000,
  });
  expect(stages.tlsLookup?.sdNs).toBeCloseTo(707.107, 3);
  expect(stages.tlsParsing?.meanNs).toBe(7_345);
  expect(stages.tlsParsing?.sdNs).toBeCloseTo(7_071.068, 3);
});

test("says what the totals hold besides their parts", () => {
  const [check, syscall] = summariseSeries(golden).rests;
  expect(check).toMatchObject({ total: "checkTotal", negative: 0, summary: { minNs: 80_000, maxNs: 80_000 } });
  expect(syscall).toMatchObject({ total: "syscallTotal", negative: 0, summary: { minNs: 76_155, maxNs: 87_155 } });
});

test("counts calls whose parts exceed their total", () => {
  const calls = rowsOf([
    [5, 5, 5],
    [2, 6, 9],
    [10, 10, 12],
  ]);
  const [check] = summariseSeries({ name: "sendmsg", stages: ["controller", "localGuard", "checkTotal"], calls }).rests;
  expect(check).toMatchObject({ negative: 2, summary: { minNs: -2, medianNs: -1, maxNs: 3 } });
});

test("a stage that was not timed is in no sum and no statistic", () => {
  const { stages, rests } = summariseSeries({
    name: "write",
    stages: ["controller", "checkTotal"],
    calls: rowsOf([[10], [14]]),
  });
  expect(Object.keys(stages)).toEqual(["controller", "checkTotal"]);
  expect(rests).toMatchObject([{ total: "checkTotal", parts: ["controller"], summary: { maxNs: 4 } }]);
});

test("one call has no standard deviation, none has no statistic", () => {
  const one = summariseSeries({ name: "encrypt", stages: ["encrypt"], calls: rowsOf([[9]]) });
  expect(one.stages.encrypt).toMatchObject({ medianNs: 9, sdNs: null });
  expect(summariseSeries({ name: "encrypt", stages: ["encrypt"], calls: rowsOf([]) })).toEqual({
    name: "encrypt",
    n: 0,
    stages: {},
    rests: [],
  });
});
