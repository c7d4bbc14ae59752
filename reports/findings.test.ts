import { expect, test } from "vitest";
import { compare } from "./comparison.ts";
import { findings } from "./findings.ts";
import type { LatencyRecord } from "./records/record.ts";
import { syntheticRecord, syntheticRun } from "./testing/synthetic.ts";

const found = (records: readonly LatencyRecord[]) => findings(compare(records), records);

test("a run ends with three sentences: every system over all functions, the precision, what is left", () => {
  const records = syntheticRun({ ratios: { "gvisor-aa": 1, native: 0.5, kalium: 1.5 }, blocks: 5, rounds: 20 });
  const [overall, precision, rest, ...more] = found(records);
  expect(more).toEqual([]);
  expect(overall).toMatch(
    /^Over 17 functions, compared with gVisor: native [\d.]+ % faster \(.* %\); Kalium \(embedded guard\) [\d.]+ % slower \(.* %\)\.$/,
  );
  expect(precision).toMatch(
    /^\d+ of 34 comparisons are settled; the narrowest interval is ± .* %.*, the widest ± .*\.$/,
  );
  expect(rest).toMatch(/^(Nothing is left to settle\.|.* would settle .*)$/);
});

test("one function has its verdicts in the sentence, with the load of the machine and what would settle it", () => {
  const record = syntheticRecord({ ratios: { native: 0.95 }, blocks: 3, rounds: 4, spread: 0.4 });
  const loaded = { ...record, blocks: record.blocks.map((block, at) => ({ ...block, loadAverage: 2 + at })) };
  const [overall, precision, rest] = found([loaded]);
  expect(overall).toMatch(/^product-purchase-publish, compared with gVisor: native: not settled: .* would tell\.$/);
  expect(precision).toMatch(/^0 of 1 comparison is settled; its interval is ± \d+ %\.$/);
  expect(rest).toMatch(
    /^\d+ blocks would settle the other: `KALIUM_BLOCKS=\d+ npm run bench -- product-purchase-publish`\. The machine's load was 2 to 4\.$/,
  );
});

test("without a comparison, or for the profile smoke, nothing is claimed", () => {
  expect(found([])).toEqual([]);
  const record = syntheticRecord({ blocks: 1, rounds: 3 });
  expect(found([{ ...record, plan: { ...record.plan, profile: "smoke" } }])).toEqual([]);
});
