import { expect, test } from "vitest";
import { settlePlan } from "./settle.ts";
import { syntheticRecord, syntheticRun } from "./testing/synthetic.ts";

/** Blocks of 5.06 s each. */
const open = syntheticRecord({
  label: "product-photos-report",
  ratios: { native: 0.9 },
  blocks: 5,
  rounds: 4,
  spread: 0.3,
});
const sure = syntheticRecord({ label: "product-photos-assign", ratios: { native: 0.5 }, blocks: 5, rounds: 20 });
const minuteMs = 60_000;

test("only functions that blocks would settle are measured further, and have all the time", () => {
  const plan = settlePlan({ latency: [open, sure] }, 60 * minuteMs);
  expect(plan).toMatchObject({ open: 1, curable: 1, functions: [{ label: open.label, withinMs: 60 * minuteMs }] });
  const toBlocks = plan.functions[0]?.toBlocks ?? 0;
  expect(toBlocks).toBeGreaterThan(5);
  expect(plan.expectedMs).toBeCloseTo((toBlocks - 5) * 5_060, 6);
  expect(settlePlan({ latency: [sure] }, minuteMs)).toEqual({ functions: [], expectedMs: 0, open: 0, curable: 0 });
});

test("what does not fit into the time is left, the dearest first, and the time is kept", () => {
  const dear = {
    ...open,
    label: "product-photos-success",
    blocks: open.blocks.map((times) => ({ ...times, deployMs: 100_000 })),
  };
  const { expectedMs } = settlePlan({ latency: [open] }, 60 * minuteMs);
  const plan = settlePlan({ latency: [dear, open] }, expectedMs + 1_000);
  expect(plan.open).toBe(2);
  expect(plan.functions.map(({ label }) => label)).toEqual([open.label]);
  const scarce = settlePlan({ latency: [dear, open] }, 1_000);
  expect(scarce.functions).toMatchObject([{ label: open.label, withinMs: 1_000 }]);
});

test("smoke, imported files and functions without a finished block are not measured further", () => {
  const smoke = { ...open, plan: { ...open.plan, profile: "smoke" } };
  const imported = { ...open, label: "product-photos-assign", imported: { files: [] } };
  const begun = { ...open, label: "product-photos-success", blocks: [] };
  expect(settlePlan({ latency: [smoke, imported, begun] }, minuteMs).functions).toEqual([]);
});

test("a look costs level, so a function that was measured further needs more than one that was not", () => {
  const slow = syntheticRecord({ ratios: { native: 1.2 }, blocks: 5, rounds: 4, spread: 0.3 });
  const blocks = (looks: number[] | undefined) =>
    settlePlan({ latency: [{ ...slow, ...(looks && { looks }) }] }, 60 * minuteMs).functions[0]?.toBlocks ?? 0;
  expect(blocks([5])).toBeGreaterThan(blocks(undefined));
});

test("a whole run is planned within a given time", () => {
  const latency = syntheticRun({ ratios: { native: 0.95, "gvisor-aa": 1 }, blocks: 5, rounds: 4, spread: 0.4 });
  const plan = settlePlan({ latency }, 10 * minuteMs);
  expect(plan.functions.length).toBeGreaterThan(1);
  expect(plan.functions.reduce((sum, { withinMs }) => sum + withinMs, 0)).toBeLessThanOrEqual(10 * minuteMs);
});
