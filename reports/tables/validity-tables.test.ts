import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import type { LatencyRecord } from "../records/record.ts";
import { syntheticRecord, syntheticRun } from "../testing/synthetic.ts";
import { coldTable } from "./cold-table.ts";
import { floorsTable } from "./floors-table.ts";
import { controlLine, latencyTable, missingCells } from "./latency-tables.ts";
import { flagsTable, outliersTable, stopsTable, voidsTable } from "./validity-tables.ts";

const record = syntheticRecord({ blocks: 4, rounds: 10, ratios: { native: 0.5, "gvisor-aa": 1 } });
const { label } = record;
const cellOf = (changed: LatencyRecord, system: string) =>
  compare([changed]).cells.find((one) => one.system === system);

test("the A/A arm is a row whose verdict is the noise floor", () => {
  const row = latencyTable(compare([record])).rows.find(([, system]) => system === "gVisor again (A/A)");
  expect(row?.at(-1)).toMatch(/^noise floor ± [\d.]+ %$/);
  expect(controlLine(compare([record]))).toMatch(
    /^A\/A: the same system, measured twice, seems to differ in [01] of 1 function; by chance/,
  );
  expect(controlLine(compare([syntheticRecord()]))).toBeUndefined();
});

test("an A/A arm that differs from what it repeats says so", () => {
  const odd = syntheticRecord({ blocks: 6, rounds: 10, ratios: { "gvisor-aa": 1.5 } });
  expect(
    latencyTable(compare([odd]))
      .rows.flat()
      .join(),
  ).toContain("leaves out 1");
  expect(controlLine(compare([odd]))).toContain("1 of 1");
});

test("a void block is left out of both sides, whatever its latency, and the cell stays", () => {
  const slowBlock = {
    ...record,
    samples: record.samples.map((sample) => (sample.block === 3 ? { ...sample, latencyNs: 9e9 } : sample)),
  };
  const voided = { ...slowBlock, voids: [{ system: "native", block: 3, reason: "client late" }] };
  expect(cellOf(voided, "native")).toMatchObject({ state: "measured", count: 30, coldCount: 3, ratio: { blocks: 3 } });
  expect(cellOf(voided, "gvisor")).toMatchObject({ count: 40 });
  expect(voidsTable([voided], compare([voided])).rows).toEqual([[label, "native", "3", "client late", "–"]]);
  const [first] = voided.blocks;
  if (first === undefined) throw new TypeError();
  const again = { ...voided, blocks: [...voided.blocks, { ...first, block: 4, repeats: 3 }] };
  expect(voidsTable([again], compare([again])).rows).toEqual([[label, "native", "3", "client late", "4"]]);
});

test("a void cell has no ratio; the report names it once, with its reason", () => {
  const voided = { ...record, voids: [{ system: "native", reason: "database digest differs" }] };
  expect(cellOf(voided, "native")).toMatchObject({ state: "void", ratio: undefined, judgement: undefined });
  const comparison = compare([voided]);
  expect(voidsTable([voided], comparison).rows).toEqual([[label, "native", "all", "database digest differs", "–"]]);
  expect(missingCells(comparison)).toContain(`${label}, native: void: database digest differs`);
  expect(
    latencyTable(comparison)
      .rows.find(([, system]) => system === "native")
      ?.slice(-2),
  ).toEqual(["void", "void: database digest differs"]);
});

test("a cell with too many failures is listed as void with their number", () => {
  const failing = syntheticRecord({
    rounds: 10,
    change: (sample) => (sample.system === "native" && sample.round === 1 ? { ...sample, outcome: "error" } : sample),
  });
  expect(voidsTable([failing], compare([failing])).rows).toEqual([
    [label, "native", "all", "3 of 30 calls failed", "–"],
  ]);
});

test("cold starts: means always, a median from 6, quartiles from 11, p95 from 59; functions together at the end", () => {
  const rowsOf = (blocks: number) => {
    const records = syntheticRun({ blocks, rounds: 1, ratios: {} }).slice(0, 2);
    return coldTable(records, compare(records)).rows;
  };
  const number = expect.stringMatching(/^[\d.]+$/) as string;
  expect(rowsOf(5)[0]?.slice(2)).toEqual(["5", number, "–", "–", "–", "5", number]);
  expect(rowsOf(6)[0]?.slice(2, 6)).toEqual(["6", number, number, "–"]);
  expect(rowsOf(10)[0]?.[5]).toBe("–");
  expect(rowsOf(11)[0]?.slice(5, 7)).toEqual([expect.stringMatching(/^[\d.]+ to [\d.]+$/), "–"]);
  const [, , together] = rowsOf(30);
  expect(together?.slice(0, 3)).toEqual(["all functions", "gVisor", "60"]);
  expect(together?.[6]).toMatch(/^[\d.]+$/);
});

test("floors are shown beside the share of the baseline's median that they are", () => {
  const floors = [0, 1].flatMap((block) => [
    { block, name: "gateway" as const, medianNs: 800_000, n: 50 },
    { block, name: "tcp-echo" as const, medianNs: 80_000, n: 50 },
  ]);
  const measured = { ...record, floors };
  const medianNs = cellOf(record, "gvisor")?.medianNs ?? NaN;
  const share = `${((100 * 800_000) / medianNs).toPrecision(2)} %`;
  expect(floorsTable([measured], compare([measured])).rows).toEqual([
    ["empty function through the gateway", "2", "100", "0.80", "0.80 to 0.80", share],
    ["raw TCP echo", "2", "100", "0.08", "0.08 to 0.08", expect.stringMatching(/ %$/)],
  ]);
  expect(floorsTable([record], compare([record])).rows).toEqual([]);
});

test("where measuring stopped: the reason and the precision that was reached", () => {
  const stopped = { ...record, stopped: { reason: "budget" as const, halfWidth: Math.log(1.041) } };
  expect(stopsTable([stopped]).rows).toEqual([[label, "4 of 4", "time used up", "± 4.1 %"]]);
  const longer = { ...stopped, plan: { ...record.plan, blocks: 3 } }; // time was left for one more
  expect(stopsTable([longer]).rows[0]?.[1]).toBe("4 instead of 3");
  const sized = { ...stopped, plan: { ...record.plan, blocks: 8 }, sized: { blocks: 4, rounds: 9, warmupRounds: 3 } };
  expect(stopsTable([sized]).rows[0]?.[1]).toBe("4 of 4"); // as its first block chose
});

test("flags are gathered by function, system and kind", () => {
  const flag = { kind: "no-steady-state" as const, system: "native", detail: "medians differ by 9 %" };
  const flagged = { ...record, flags: [0, 2].map((block) => ({ ...flag, block })) };
  expect(flagsTable([flagged]).rows).toEqual([
    [label, "native", expect.stringContaining("steady"), "2 × in 2 of 4 blocks", "medians differ by 9 %"],
  ]);
});

test("outliers are counted in a table of their own and stay in the mean", () => {
  const outlying = syntheticRecord({
    rounds: 20,
    change: (sample) =>
      sample.system === "native" && sample.phase === "measured" && sample.round === 7
        ? { ...sample, latencyNs: 1e9 }
        : sample,
  });
  const [row] = outliersTable(compare([outlying])).rows;
  expect(row?.slice(0, 6)).toEqual([label, "native", "60", "3", "3", "5.0 %"]);
  expect(Number(row?.[7])).toBeGreaterThan(50);
});

test("the profile paper has the artifact's ratio of means beside ours", () => {
  const paper = { ...record, plan: { ...record.plan, profile: "paper" } };
  const { columns, rows } = latencyTable(compare([paper]));
  const at = columns.findIndex(({ title }) => title === "Ratio of means");
  const native = rows.find(([, system]) => system === "native");
  expect(native?.[at]).toBe(cellOf(paper, "native")?.ratio?.meanRatio.toFixed(2));
  for (const row of rows) expect(row).toHaveLength(columns.length);
  expect(latencyTable(compare([record])).columns.map(({ title }) => title)).not.toContain("Ratio of means");
});
