import { expect, test } from "vitest";
import { syntheticRecord, syntheticRunRecord } from "../testing/synthetic.ts";
import { comparisonAnnotations } from "./annotations.ts";
import { compareRuns } from "./compare-runs.ts";

const run = (seed: number, native: number, blocks = 6) => ({
  ...{ folder: "somewhere", run: syntheticRunRecord({ runId: `run-${seed}` }), syscalls: [], load: [], recovered: [] },
  latency: [syntheticRecord({ seed, blocks, ratios: { native } })],
});

test("a slower cell is an error with its interval, escaped as GitHub reads it", () => {
  const [first, ...others] = comparisonAnnotations(compareRuns(run(1, 0.5), run(2, 0.7)));
  expect(first).toMatch(
    /^::error title=product-purchase-publish%2C native::\d+ %25 slower \(.* %25\); B \/ A 1\.\d+ \[1\.\d+, 1\.\d+\]$/,
  );
  expect(others.filter((line) => line.startsWith("::error"))).toEqual([]);
});

test("what cannot be judged is a warning, and so is what was not compared", () => {
  expect(comparisonAnnotations(compareRuns(run(1, 0.5), run(2, 0.5, 1)))).toEqual([
    "::warning title=compare::Nothing can be judged",
  ]);
  const none = compareRuns(run(1, 0.5), { ...run(2, 0.5), latency: [] });
  expect(comparisonAnnotations(none).at(-1)).toMatch(/^::warning title=compare::Not compared: product-purchase/);
});
