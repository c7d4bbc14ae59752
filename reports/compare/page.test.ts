import { expect, test } from "vitest";
import { syntheticRecord, syntheticRunRecord } from "../testing/synthetic.ts";
import { compareRuns } from "./compare-runs.ts";
import { comparisonPage } from "./page.ts";

const run = (seed: number, { native, blocks = 6 }: { readonly native: number; readonly blocks?: number }) => ({
  folder: "somewhere",
  run: syntheticRunRecord({ runId: `run-${seed}` }),
  latency: [syntheticRecord({ seed, blocks, ratios: { native } })],
  ...{ syscalls: [], load: [], recovered: [] },
});

test("the page of two runs has the verdict, a point with its interval for each cell, and the differences", async () => {
  const html = await comparisonPage(compareRuns(run(1, { native: 0.5 }), run(2, { native: 0.7 })));
  expect(html).toContain("<h1>Comparison of two runs</h1>");
  expect(html).toContain("<h2>B is slower</h2>");
  expect(html).toMatch(/<title>product-purchase-publish, native: 1\.\d+ \[1\.\d+, 1\.\d+\]<\/title>/);
  expect(html).toContain("<h2>Differences besides the results</h2>");
  expect(html).not.toMatch(/(src|href)="http/);
});

test("without a cell that both runs have there is no picture, and the page says what is missing", async () => {
  const b = run(2, { native: 0.7 });
  const html = await comparisonPage(compareRuns(run(1, { native: 0.5 }), { ...b, latency: [] }));
  expect(html).not.toContain("<svg");
  expect(html).toContain("<h2>Not compared</h2>");
});
