import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { blockCentre, secondArm } from "./block-centre.ts";
import { hodgesLehmann } from "./hodges-lehmann.ts";
import { seededRandom } from "./random.ts";

const rounds = (values: readonly number[]) => new Map(values.map((value, round) => [round, value]));

test("a block's log ratio is the mean of those to both arms of the baseline, of rounds that have a call of each", () => {
  const [treated, first] = [rounds([8, 8, 8, 8]), rounds([4, 4, 4, 4])];
  const second = secondArm(treated, first, new Map([...rounds([2, 2, 2])]));
  expect(second.logRatios).toEqual([Math.log(4), Math.log(4), Math.log(4)]);
  expect(second.ofBoth).toHaveLength(3);
  expect(blockCentre(Array<number>(4).fill(Math.log(2)), second).centre).toBeCloseTo((Math.log(2) + Math.log(4)) / 2);
});

test("without a call of the second arm it is the ratio to the first", () => {
  const logs = [0.1, 0.2, 0.4, 0.3];
  expect(blockCentre(logs, { logRatios: [], ofBoth: [] })).toEqual(hodgesLehmann(logs));
  expect(blockCentre(logs)).toEqual(hodgesLehmann(logs));
});

test("it varies less: a quarter of the variance is gone where all vary alike", () => {
  const random = seededRandom(7);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const draw = () => rounds(Array.from({ length: 12 }, () => Math.exp(0.2 * normal())));
  const centres = Array.from({ length: 2_000 }, () => {
    const [treated, first, again] = [draw(), draw(), draw()];
    const logs = [...treated].map(([round, ns]) => Math.log(ns / (first.get(round) ?? NaN)));
    return { one: blockCentre(logs).centre, both: blockCentre(logs, secondArm(treated, first, again)).centre };
  });
  const variance = (of: "one" | "both") => centres.reduce((sum, each) => sum + each[of] ** 2, 0) / centres.length;
  expect(variance("both") / variance("one")).toBeGreaterThan(0.68);
  expect(variance("both") / variance("one")).toBeLessThan(0.82);
});

const ratioOf = (record: ReturnType<typeof syntheticRecord>, system: string) =>
  compare([record]).cells.find((cell) => cell.system === system)?.ratio;

test("a report uses the A/A arm so, except for the arm itself, and where that arm is void", () => {
  const ratios = { "gvisor-aa": 1, native: 0.5 };
  const record = syntheticRecord({ ratios, blocks: 5, rounds: 20 });
  const slowArm = {
    ...record,
    samples: record.samples.map((sample) =>
      sample.system === "gvisor-aa" ? { ...sample, latencyNs: 4 * sample.latencyNs } : sample,
    ),
  };
  const [plain, moved] = [record, slowArm].map((one) => ratioOf(one, "native")?.ratio ?? NaN);
  expect((plain ?? NaN) / (moved ?? NaN)).toBeCloseTo(2, 6); // half of the logarithm of 4
  expect(ratioOf(slowArm, "gvisor-aa")?.ratio).toBeGreaterThan(3);
  const voided = { ...slowArm, voids: [{ system: "gvisor-aa", reason: "an instance died" }] };
  const without = { ...voided, systems: record.systems.filter(({ name }) => name !== "gvisor-aa") };
  expect(ratioOf(voided, "native")?.ratio).toBe(ratioOf(without, "native")?.ratio);
  const oneBlock = { ...slowArm, voids: [{ system: "gvisor-aa", block: 2, reason: "a pod hung" }] };
  expect(ratioOf(oneBlock, "native")).toMatchObject({ blocks: 5 });
});
