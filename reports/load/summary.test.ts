import { expect, test } from "vitest";
import { clientSystem } from "../records/load-record.ts";
import { syntheticLoad } from "../testing/synthetic-load.ts";
import { summariseLoad } from "./summary.ts";
import { heldTable, heldTitle, stepsTable, withoutStepTexts } from "./tables.ts";

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
  const capacities = { kalium: 30, twin: 80 };
  const five = { blocks: 5, windowMs: 2_000 };
  const { kalium, twin, native } = heldBy(syntheticLoad({ capacities, plan: five }));
  expect(kalium).toMatchObject({ verdict: "lower", verdictText: "0 to 80 % lower" });
  expect(native).toMatchObject({ verdict: "higher", verdictText: "at least 0 % higher" });
  expect(twin).toMatchObject({
    verdict: "not settled",
    verdictText: expect.stringMatching(/^not settled: brackets overlap;/) as string,
  });
  const few = heldBy(syntheticLoad({ capacities }));
  expect(few["kalium"]).toMatchObject({
    verdict: "not settled",
    verdictText: "not settled: 0 to 80 % lower in each of 2 blocks; a claim needs 5",
  });
  const once = heldBy(
    syntheticLoad({
      plan: five,
      capacities: { kalium: 30 },
      change: (call) => (call.system === "kalium" && call.block === 0 ? { ...call, latencyNs: 1e6 } : call),
    }),
  );
  expect(once["kalium"]).toMatchObject({ heldPerS: 20, verdict: "not settled" });
});

test("where brackets leave no verdict, the text says what would tell", () => {
  const text = (capacities: Readonly<Record<string, number>>) =>
    heldBy(syntheticLoad({ capacities: { ...capacities } }))["native"]?.verdictText;
  expect(text({ gvisor: 1_000, native: 1_000 })).toBe(
    "not settled: both meet the bound at every rate; higher rates would tell",
  );
  expect(text({ gvisor: 5, native: 5 })).toBe("not settled: both miss the bound at every rate; lower rates would tell");
});

test("systems without a valid step are named with the reason and the cure", () => {
  const late = syntheticLoad({
    change: (call) => (call.system === clientSystem ? { ...call, sentAtNs: call.dueAtNs + 60e6 } : call),
    capacities: { gvisor: 5, native: 5 },
  });
  const summary = summariseLoad(late);
  expect(summary.held.map(({ verdictText }) => verdictText)).toContain("not settled: no valid step");
  const [text, ...more] = withoutStepTexts(summary);
  expect(more).toEqual([]);
  expect(text).toMatch(
    /^No valid step: native, gVisor \(the client alone sent .*\)\. Raise --bound, lower --rates, or end other work on this machine\.$/,
  );
  expect(withoutStepTexts(summariseLoad(syntheticLoad()))).toEqual([]);
  expect(heldTitle(summary)).toBe("product-purchase-publish under load: 99 % of calls within 50 ms");
});

test("what was not answered right does not hold the bound, and is not a latency", () => {
  const record = syntheticLoad({
    change: (call) =>
      call.system === "native" && call.index % 50 === 0 ? { ...call, outcome: "error", latencyNs: 1, status: 0 } : call,
  });
  const cell = summariseLoad(record).cells.find(({ system, ratePerS }) => system === "native" && ratePerS === 50);
  expect(cell).toMatchObject({ planned: 1_000, ok: 980, failed: { error: 20 }, within: 0.98, holds: false });
  expect(cell?.latenciesNs[0]).toBeCloseTo(11e6);
  expect(heldBy(record)["native"]).toMatchObject({ lostPerS: 20 });
});

test("a bound that was lost at a rate which the client cannot send by itself is void; one that was held is not", () => {
  const record = syntheticLoad({
    change: (call) =>
      call.system === clientSystem && call.ratePerS === 100 ? { ...call, latencyNs: call.latencyNs + 5e9 } : call,
  });
  const { cells } = summariseLoad(record);
  const at100 = (name: string) => cells.find(({ system, ratePerS }) => system === name && ratePerS === 100);
  expect(at100("gvisor")).toMatchObject({ blocks: 0, voided: ["the client alone reached 50.0 of 100/s"] });
  expect(at100("native")).toMatchObject({ blocks: 2, voided: [] });
  const { gvisor, native } = heldBy(record);
  expect(gvisor).toMatchObject({ heldPerS: 50 });
  expect(gvisor).not.toHaveProperty("lostPerS");
  expect(native).toMatchObject({ heldPerS: 100, verdict: "not settled" });
});

test("a bound that was lost while the client sent late although it was free is void", () => {
  const reasonsWhen = (waited: boolean) => {
    const record = syntheticLoad({
      change: (call) =>
        call.system === "native"
          ? { ...call, waited, sentAtNs: call.dueAtNs + 60e6, latencyNs: (call.serviceNs ?? 0) + 60e6 }
          : call,
    });
    return new Set(summariseLoad(record).steps.flatMap((step) => (step.system === "native" ? [step.voided] : [])));
  };
  expect(reasonsWhen(false)).toEqual(
    new Set(
      [20, 50, 100].map(
        (rate) =>
          `the client sent ${10 * rate} of ${10 * rate} calls later than 10 ms after they were due, although one was free`,
      ),
    ),
  );
  expect(reasonsWhen(true)).toEqual(new Set([undefined])); // too few clients, which counts separately
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

test("a system without a step, as of a run that was stopped before its first, has no block", () => {
  const whole = syntheticLoad({ plan: { blocks: 1 } });
  const until = (...systems: readonly string[]) => {
    const called = ({ system, ratePerS }: { system: string; ratePerS: number }): boolean =>
      ratePerS === 20 && systems.includes(system);
    return summariseLoad({
      ...whole,
      blocks: [],
      steps: whole.steps.filter(called),
      samples: whole.samples.filter(called),
    });
  };
  const cellsOf = (...systems: readonly string[]) => heldTable(until(...systems)).rows.map((row) => row.slice(3));
  expect(cellsOf(clientSystem)).toEqual([
    ["0", "nothing was measured"],
    ["0", "baseline; nothing was measured"],
  ]);
  expect(withoutStepTexts(until(clientSystem))).toEqual([]);
  expect(cellsOf(clientSystem, "gvisor")).toEqual([
    ["0", "nothing was measured"],
    ["1", "baseline"],
  ]);
});

test("the profile smoke has no numbers: neither brackets nor latencies nor a verdict", () => {
  const summary = summariseLoad(syntheticLoad({ plan: { profile: "smoke" } }));
  for (const { rows } of [heldTable(summary), stepsTable(summary)]) {
    for (const row of rows) expect(row.at(-1)).toBe("smoke: no numbers");
  }
  for (const row of heldTable(summary).rows) expect(row.slice(1, 3)).toEqual(["–", "–"]);
  for (const row of stepsTable(summary).rows) expect(row.slice(4, 9)).toEqual(Array(5).fill("–"));
  expect(withoutStepTexts(summary)).toEqual([]);
});
