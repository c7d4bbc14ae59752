import { expect, test } from "vitest";
import { clientSystem } from "../load-record.ts";
import { syntheticLoad } from "../testing/synthetic-load.ts";
import { summariseLoad } from "./summary.ts";
import { heldTable, stepsTable } from "./tables.ts";

const heldBy = (record = syntheticLoad()) =>
  Object.fromEntries(summariseLoad(record).held.map((of) => [of.system, of]));

test("the bound is lost between the last rate that held and the first that did not", () => {
  const { gvisor, native } = heldBy();
  expect(gvisor).toMatchObject({ heldPerS: 50, lostPerS: 100, blocks: 2, verdict: "baseline" });
  expect(gvisor?.middlePerS).toBeCloseTo(Math.sqrt(50 * 100));
  expect(native).toMatchObject({ heldPerS: 100 });
  expect(native).not.toHaveProperty("lostPerS");
});

test("a system is lower or higher only where its bracket lies apart from the baseline's in every block", () => {
  const { kalium, twin, native } = heldBy(syntheticLoad({ capacities: { kalium: 30, twin: 80 } }));
  expect([kalium?.verdict, twin?.verdict, native?.verdict]).toEqual(["lower", "~", "higher"]);
  const once = heldBy(
    syntheticLoad({
      capacities: { kalium: 30 },
      change: (call) => (call.system === "kalium" && call.block === 0 ? { ...call, latencyNs: 1e6 } : call),
    }),
  );
  expect(once["kalium"]).toMatchObject({ heldPerS: 20, verdict: "~" });
});

test("what was not answered right does not hold the bound, and is no latency", () => {
  const record = syntheticLoad({
    change: (call) =>
      call.system === "native" && call.index % 50 === 0 ? { ...call, outcome: "error", latencyNs: 1, status: 0 } : call,
  });
  const cell = summariseLoad(record).cells.find(({ system, ratePerS }) => system === "native" && ratePerS === 50);
  expect(cell).toMatchObject({ planned: 1_000, ok: 980, failed: { error: 20 }, within: 0.98, holds: false });
  expect(cell?.latenciesNs[0]).toBeCloseTo(11e6);
  expect(heldBy(record)["native"]).toMatchObject({ lostPerS: 20 });
});

test("a rate that the client cannot send by itself is void for every system", () => {
  const record = syntheticLoad({
    change: (call) =>
      call.system === clientSystem && call.ratePerS === 100 ? { ...call, latencyNs: call.latencyNs + 5e9 } : call,
  });
  const { cells, held } = summariseLoad(record);
  for (const { blocks, voided } of cells.filter((cell) => cell.ratePerS === 100 && cell.system !== clientSystem)) {
    expect(blocks).toBe(0);
    expect(voided).toEqual(["the client alone reached 50.0 of 100/s"]);
  }
  expect(held.find(({ system }) => system === "gvisor")).toEqual(
    expect.objectContaining({ heldPerS: 50, verdict: "baseline" }),
  );
});

test("a step in which the client sent late although it was free is void", () => {
  const late = syntheticLoad({
    change: (call) => (call.system === "native" ? { ...call, sentAtNs: call.dueAtNs + 11e6 } : call),
  });
  const reasons = summariseLoad(late).steps.filter(({ system }) => system === "native");
  expect(new Set(reasons.map(({ voided }) => voided))).toEqual(
    new Set(["the client sent late: p95 11.0 ms with a client free"]),
  );
  const busy = syntheticLoad({
    change: (call) => (call.system === "native" ? { ...call, sentAtNs: call.dueAtNs + 11e6, waited: true } : call),
  });
  expect(summariseLoad(busy).steps.every(({ voided }) => voided === undefined)).toBe(true);
});

test("a block that a check voids counts for nothing", () => {
  const { steps } = summariseLoad({ ...syntheticLoad(), voids: [{ block: 1, system: "native", reason: "restarted" }] });
  const sound = steps.filter(({ voided }) => voided === undefined);
  expect(sound.filter(({ system }) => system === "native").every(({ block }) => block === 0)).toBe(true);
  expect(sound.filter(({ system, block }) => system === "gvisor" && block === 1)).toHaveLength(3);
});

test("the tables show a dash where too few calls were made to quote a quantile", () => {
  const summary = summariseLoad(syntheticLoad({ plan: { windowMs: 1_000, blocks: 1 } }));
  const [first] = stepsTable(summary).rows;
  expect(first?.slice(0, 8)).toEqual(["native", "20", "20", "20", "11.0", "–", "–", "–"]);
  expect(heldTable(summary).rows.map((row) => row[1])).toEqual(["at least 100", "50 to 100"]);
});

test("a block that was cut gives steps, and no brackets beside whole ones", () => {
  const whole = syntheticLoad();
  const { samples, steps, blocks } = whole;
  const cut = summariseLoad({
    ...whole,
    blocks: blocks.slice(0, 1),
    steps: steps.filter(({ block, ratePerS }) => block === 0 || ratePerS === 20),
    samples: samples.filter(({ block, ratePerS }) => block === 0 || ratePerS === 20),
  });
  expect(cut.cutBlocks).toEqual([1]);
  expect(cut.held.find(({ system }) => system === "gvisor")).toMatchObject({ heldPerS: 50, lostPerS: 100, blocks: 1 });
  expect(cut.cells.find(({ system, ratePerS }) => system === "gvisor" && ratePerS === 20)).toMatchObject({ blocks: 2 });
});
