import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runDifferences } from "./compare/run-differences.ts";
import { compare } from "./comparison.ts";
import { drawResults } from "./draw.ts";
import { cutOffText } from "./interrupted.ts";
import { startsOver } from "./records/starts-over.ts";
import { readResults } from "./records/store.ts";
import { measureAgain } from "./reproduce.ts";
import { stopsTable } from "./tables/validity-tables.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRecord, syntheticRunRecord, writeSynthetic } from "./testing/synthetic.ts";

const label = "product-purchase-publish";
const record = syntheticRecord({ ratios: { native: 0.5 }, blocks: 1, rounds: 6 });
const planned = { ...record, plan: { ...record.plan, blocks: 20 } };
delete planned.stopped;
const text = "Interrupted after 1 of 20 blocks; `npm run resume -- ";

test("an interrupted run says so first: in the findings, the section on stops, the figure's caption and the terminal", async () => {
  const root = await scratchFolder();
  const folder = await writeSynthetic(root, [planned], { outcome: "interrupted", selected: [label] });
  const terminal = await drawResults(folder, join(root, "out"), { width: 200 });
  expect(terminal).toMatch(new RegExp(`^${text.replace("blocks", `blocks of ${label}`)}`));
  const report = await readFile(join(root, "out/report.md"), "utf8");
  const first = report.indexOf(`Interrupted after 1 of 20 blocks of ${label}; `);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(report.indexOf("comparison"));
  expect(report).not.toContain("After the planned blocks.");
  expect(report).toMatch(new RegExp(`\\| ${label} +\\| +1 of 20 \\| not finished`));
  expect(report).not.toContain("None: the run was to measure 1");
  expect(await readFile(join(root, "out/figure-8.vl.json"), "utf8")).toContain("Interrupted after 1 of 20 blocks");
  expect(await readFile(join(root, "out/figure-8.json"), "utf8")).toContain("Interrupted after 1 of 20 blocks");

  const [cut, whole] = await Promise.all([
    readResults(folder),
    readResults(await writeSynthetic(root, [record], { selected: [label], runId: "20261124T040000Z-0000000" })),
  ]);
  const difference = { field: "run", before: "complete", after: `interrupted after 1 of 20 blocks of ${label}` };
  expect(runDifferences(whole, cut)).toContainEqual(difference);
  const killed = { ...cut, run: { ...cut.run, outcome: "running" as const } };
  expect(cutOffText(killed)).toMatch(/^Not ended after 1 of 20 blocks of /);
  expect(runDifferences(whole, killed)).toContainEqual({
    ...difference,
    after: difference.after.replace("interrupted", "not ended"),
  });
  expect(runDifferences(whole, whole).map(({ field }) => field)).not.toContain("run");
});

test("blocks are counted against what the first block chose", () => {
  const sized = { ...planned, sized: { blocks: 7, rounds: 6, warmupRounds: 3 } };
  const run = { ...syntheticRunRecord(), outcome: "interrupted" as const, selected: [label] };
  expect(cutOffText({ run, latency: [sized] })).toContain("after 1 of 7 blocks");
  expect(compare([sized]).cells[0]?.plan).toMatchObject({ blocks: 7, rounds: 6, warmupRounds: 3 });
});

test("blocks beyond the plan have no total", async () => {
  const beyond = syntheticRecord({ ratios: { native: 0.5 }, blocks: 10, rounds: 6 });
  delete beyond.stopped;
  const ran = async (blocks: number) => {
    const cut = { ...beyond, plan: { ...beyond.plan, blocks } };
    const root = await scratchFolder();
    return readResults(await writeSynthetic(root, [cut], { outcome: "interrupted", selected: [label] }));
  };
  expect(cutOffText(await ran(7))).toMatch(/^Interrupted after 10 blocks of product-purchase-publish; /);
  expect(cutOffText(await ran(12))).toMatch(/^Interrupted after 10 of 12 blocks of product-purchase-publish; /);
  expect(stopsTable((await ran(7)).latency, { cutOff: true }).rows[0]?.[1]).toBe("10 instead of 7");
});

test("a run of density or load starts over, with the user's settings and function", () => {
  const run = syntheticRunRecord({
    arguments: ["suites/density", "--project", "density", "-t", "x"],
    variables: { KALIUM_SYSTEMS: "gvisor,native", KALIUM_OUT: "/elsewhere" },
    selected: [label],
  });
  expect(startsOver(run)).toBe("density");
  expect(startsOver({ arguments: ["suites/load"] })).toBe("load");
  expect(startsOver({ arguments: ["suites/kalium"] })).toBeUndefined();
  expect(measureAgain(run, "density")).toBe(`KALIUM_SYSTEMS=gvisor,native npm run density -- ${label}`);
});
