import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { publishedToCsv } from "../formats/csv.ts";
import type { LatencyRecord } from "../records/record.ts";
import { publishedSection } from "../tables/published-table.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { comparePublished } from "./compare-published.ts";

const options = { blocks: 6, rounds: 20, spread: 0.05 };
const record = (label: string, ratios: Readonly<Record<string, number>>) =>
  syntheticRecord({ ...options, label, starred: label === "microbenchmark", ratios });
const cellsOf = (...records: readonly LatencyRecord[]) => comparePublished(compare(records));
const verdictOf = (label: string, ratios: Readonly<Record<string, number>>, system: string) =>
  cellsOf(record(label, ratios)).find((cell) => cell.label === label && cell.system === system)?.judgement;

test("a planted ratio near the published one agrees, one far from it differs", () => {
  const ratios = { kalium: 1.33, valve: 4.5, trapeze: 4.38 };
  expect(verdictOf("product-photos-receive", ratios, "kalium")?.verdict).toBe("agrees");
  expect(verdictOf("product-photos-receive", ratios, "trapeze")?.verdict).toBe("agrees");
  expect(verdictOf("product-photos-receive", ratios, "valve")).toEqual({
    verdict: "differs",
    reason: "ours is higher",
  });
});

test("a ratio far above a value that was cut agrees with it", () => {
  expect(verdictOf("microbenchmark", { valve: 30 }, "valve")?.verdict).toBe("agrees");
});

test("both variants of Trapeze are shown beside the published one, each with its own verdict", () => {
  const ratios = { trapeze: 9, "trapeze-as-shipped": 2.1 };
  expect(verdictOf("product-purchase-authorize-cc", ratios, "trapeze")?.verdict).toBe("differs");
  expect(verdictOf("product-purchase-authorize-cc", ratios, "trapeze-as-shipped")?.verdict).toBe("agrees");
});

test("without a cell, without its interval or relative to something else, there is no verdict, and the reason is given", () => {
  const label = "product-purchase-publish";
  expect(verdictOf(label, { valve: 1 }, "kalium")).toEqual({ verdict: "cannot tell", reason: "not measured" });
  const single = syntheticRecord({ ...options, blocks: 1, label, ratios: { valve: 1 } });
  const voided = { ...record(label, { valve: 1 }), voids: [{ system: "valve", reason: "agent silent" }] };
  const toNative = { ...record(label, { valve: 1, native: 0.5 }), baseline: "native" };
  const reasons = [single, voided, toNative].map(
    (one) => cellsOf(one).find((cell) => cell.label === label && cell.system === "valve")?.judgement,
  );
  expect(reasons).toEqual([
    { verdict: "cannot tell", reason: "1 block has no interval" },
    { verdict: "cannot tell", reason: "void: agent silent" },
    { verdict: "cannot tell", reason: "relative to native, not to gvisor" },
  ]);
});

test("every function has a cell per published system, measured or not, in the order of the figure", () => {
  const cells = cellsOf(record("product-purchase-publish", { native: 0.5 }));
  expect(cells).toHaveLength(51);
  expect(cells.slice(0, 4).map(({ label, system }) => `${label} ${system}`)).toEqual([
    "microbenchmark kalium",
    "microbenchmark valve",
    "microbenchmark trapeze",
    "product-photos-receive kalium",
  ]);
  expect(cellsOf()).toHaveLength(51);
});

test("the section shows what was measured, counts the verdicts and what is missing, and names absent systems", () => {
  const { paragraphs = [], table } = publishedSection(
    cellsOf(record("microbenchmark", { "trapeze-as-shipped": 3, valve: 8 })),
  );
  expect(table?.rows).toHaveLength(2);
  expect(table?.rows[0]).toEqual([
    "microbenchmark*",
    "Valve (gVisor)",
    expect.stringMatching(/^[78]\.\d\d \[/),
    expect.stringMatching(/^[78]\.\d\d$/),
    "≥ 5 (cut)",
    "agrees",
  ]);
  expect(paragraphs).toContain("Valve (gVisor): 1 agree, 0 differ, 0 undecided, 16 not measured.");
  expect(paragraphs).toContain(
    "Trapeze as shipped (gVisor), beside the published Trapeze: 1 agree, 0 differ, 0 undecided, 16 not measured.",
  );
  expect(paragraphs).toContain("Not measured: Kalium (embedded guard).");
});

test("a run without any of the paper's systems has no table, only a line that says so", () => {
  const section = publishedSection(cellsOf(record("microbenchmark", { native: 0.5 })));
  expect(section.table).toBeUndefined();
  expect(section.paragraphs).toEqual(["Not measured: Kalium (embedded guard), Valve (gVisor), Trapeze (gVisor)."]);
});

test("the CSV has the true number, the text of the artifact's file and the marks", () => {
  const lines = publishedToCsv(cellsOf(record("product-master-photos", { kalium: 1.1, valve: 3 }))).split("\n");
  expect(lines[0]).toBe(
    "function,starred,system,series,published,published_text,published_cut,published_notes,ratio,ratio_low," +
      "ratio_high,mean_ratio,noise_floor_log,paired_blocks,verdict,verdict_reason",
  );
  expect(lines).toContain("microbenchmark,true,valve,valve,5,5.00,true,cut,,,,,,,cannot tell,not measured");
  expect(lines.find((line) => line.startsWith("product-master-photos,true,kalium"))).toMatch(
    /,kalium,1\.06,"1,06",false,"1,06 read as 1\.06",1\.[01]/,
  );
});
