import { expect, test } from "vitest";
import { rowsOf } from "../records/syscall-rows.ts";
import { reconciliation, stageTable } from "./stage-table.ts";
import { type Series, callStages } from "../records/syscall-stages.ts";
import { summariseSeries } from "./summary.ts";

/** `n` calls of 10 µs, 100 ns, 20 µs, 400 µs, 30 µs, 440 µs and 480 µs. */
const series = (n: number): Series => ({
  name: "write",
  stages: callStages,
  calls: rowsOf([10_000, 100, 20_000, 400_000, 30_000, 440_000, 480_000].map((ns) => Array<number>(n).fill(ns))),
});
const rowsWith = (n: number) => stageTable(summariseSeries(series(n))).rows;

test("a row per stage in the order of the pipeline, and before each total what its parts leave over", () => {
  expect(rowsWith(60).map(([title, , , median, , p95, , , share]) => [title, median, p95, share])).toEqual([
    ["TLS parsing", "10.0", "10.0", "2.08 %"],
    ["TLS look-up", "0.100", "0.100", "0.02 %"],
    ["event construction", "20.0", "20.0", "4.17 %"],
    ["controller", "400", "400", "83.3 %"],
    ["local guard", "30.0", "30.0", "6.25 %"],
    ["rest of the check", "10.0", "10.0", "2.08 %"],
    ["check total", "440", "440", "91.7 %"],
    ["rest of the syscall", "9.90", "9.90", "2.06 %"],
    ["syscall total", "480", "480", "100.0 %"],
  ]);
});

test("without the whole call, shares are of the check, and what comes before it has none", () => {
  const stages = ["eventConstruction", "controller", "localGuard", "checkTotal"] as const;
  const calls = rowsOf([20_000, 40_000, 30_000, 100_000].map((ns) => [ns]));
  const rows = stageTable(summariseSeries({ name: "invocation", stages, calls })).rows;
  expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([
    ["event construction", "–"],
    ["controller", "40.0 %"],
    ["local guard", "30.0 %"],
    ["rest of the check", "30.0 %"],
    ["check total", "100.0 %"],
  ]);
});

test("few calls have no median and no p95, one has no deviation", () => {
  expect(rowsWith(58)[0]?.slice(3, 6)).toEqual(["10.0", "10.0", "–"]);
  expect(rowsWith(1)[0]?.slice(1, 8)).toEqual(["1", "10.0", "–", "10.0", "–", "10.0", "–"]);
});

test("says what the parts explain, and in how many calls they exceed their total", () => {
  expect(reconciliation(summariseSeries(series(3)))).toEqual([
    "The parts (controller, local guard) explain 97.7 % of the check total; they exceed it in no call.",
    "The parts (TLS parsing, TLS look-up, event construction, check total) explain 97.9 % of the syscall total; " +
      "they exceed it in no call.",
  ]);
  const stages = ["controller", "checkTotal"] as const;
  const odd = summariseSeries({
    name: "write",
    stages,
    calls: rowsOf([
      [10, 4],
      [9, 6],
    ]),
  });
  expect(reconciliation(odd)[0]).toContain("they exceed it in 1 of 2 calls");
});
