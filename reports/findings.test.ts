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
    /^\d+ more blocks would settle it: `npm run resume -- 20261124T030000Z-0000000 --settle` measures them\. The machine's load was 2 to 4\.$/,
  );
});

test("void cells count among the comparisons, and are named with their reason", () => {
  const ratios = { "gvisor-aa": 1, native: 0.5, kalium: 1.5 };
  const [first, second, third, fourth] = syntheticRun({ ratios, blocks: 5, rounds: 20 });
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) throw new TypeError();
  const records = [
    { ...first, voids: [{ system: "kalium", reason: "guard silent" }] },
    { ...second, voids: [{ system: "gvisor", reason: "rows are not the seed" }] },
    { ...third, voids: [{ system: "gvisor-aa", reason: "an instance died" }] },
    fourth,
  ];
  const [overall, precision, lost, rest] = found(records);
  expect(overall).toMatch(/^Over 4 functions, .*: native .*% faster \([^)]*\) over 3 of them; .* over 2 of them\.$/);
  expect(precision).toMatch(/^\d of 8 comparisons are settled, 3 have no value; /);
  expect(lost).toBe(
    "Without a value: microbenchmark*, Kalium (embedded guard): void: guard silent; " +
      "product-photos-receive*, gVisor, the baseline: void: rows are not the seed; " +
      "product-master-photos*, gVisor again (A/A) (no noise floor): void: an instance died.",
  );
  expect(rest).toMatch(/^(What has a value is settled\.|.* would settle .*)$/);
});

test("void blocks are named, with what was measured in their place", () => {
  const record = syntheticRecord({ ratios: { native: 0.5 }, blocks: 6, rounds: 20 });
  const blocks = record.blocks.map((times) => (times.block === 5 ? { ...times, repeats: 1 } : times));
  const voids = [
    { block: 1, reason: "the client was starved in 11 of 20 rounds" },
    { block: 3, system: "native", reason: "a pod hung" },
    { block: 7, reason: "interrupted before the end of the block" },
  ];
  expect(found([{ ...record, blocks, voids }])).toContain(
    "Void blocks: block 1 of product-purchase-publish (the client was starved in 11 of 20 rounds), measured again as block 5; " +
      "block 3 of product-purchase-publish, native (a pod hung), not measured again.",
  );
  expect(found([record]).join()).not.toContain("Void blocks");
});

test("void blocks with the same reason are counted, verdicts of the same words said once, and the cure comes first", () => {
  const record = syntheticRecord({ ratios: { native: 0.5, kalium: 1.5 }, blocks: 3, rounds: 20 });
  const blocks = record.blocks.map((times) => ({ ...times, loadAverage: 9, ...(times.block === 2 && { repeats: 0 }) }));
  const voids = [11, 19].map((starved, block) => ({
    block,
    reason: `the client was starved in ${starved} of 20 rounds`,
  }));
  const [crowded, overall, precision, voided, rest] = found([{ ...record, blocks, voids }]);
  expect(crowded).toBe(
    "Other work took the processors at a load of 9: 2 of 3 blocks are void for it, and the differences below may be its own. End it, then measure again.",
  );
  const why = "not settled: 1 block has no interval; a claim needs 5";
  expect(overall).toBe(`product-purchase-publish, compared with gVisor: native and Kalium (embedded guard): ${why}.`);
  expect(precision).toBe("0 of 2 comparisons are settled; none has an interval.");
  expect(voided).toBe(
    "Void blocks: 2 blocks of product-purchase-publish (the client was starved in 11 to 19 of 20 rounds), 1 of them measured again.",
  );
  expect(rest).toMatch(/^4 more blocks may settle them: .*\. The machine's load was 9: end its other work first\.$/);
});

test("a run in which everything is void says so", () => {
  const records = [{ ...syntheticRecord({ blocks: 5 }), voids: [{ reason: "the proof failed" }] }];
  const sentences = found(records);
  expect(sentences[0]).toBe("0 of 1 comparison is settled, 1 has no value; none has an interval.");
  expect(sentences[1]).toContain("gVisor, the baseline: void: the proof failed");
  expect(sentences.at(-1)).toBe("Nothing could be compared.");
});

test("a system beside itself shows how large noise is", () => {
  const record = { ...syntheticRecord({ ratios: { "gvisor-aa": 1 }, blocks: 5, rounds: 20 }) };
  expect(found([record])).toEqual([
    expect.stringMatching(
      /^gVisor was measured twice: noise on this machine is ± [\d.]+ %\. A smaller difference between two systems would not show\.$/,
    ),
  ]);
});

test("without a comparison, or for the profile smoke, nothing is claimed", () => {
  expect(found([])).toEqual([]);
  const record = syntheticRecord({ blocks: 1, rounds: 3 });
  expect(found([{ ...record, plan: { ...record.plan, profile: "smoke" } }])).toEqual([
    "The profile smoke shows that functions work. It makes too few calls to measure anything.",
  ]);
});
