import { join } from "node:path";
import { expect, test } from "vitest";
import { compareHistory } from "../compare.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord, syntheticRunRecord, writeSynthetic } from "../testing/synthetic.ts";
import type { Results } from "../records/store.ts";
import { historyOf } from "./history.ts";

/** One run a day: native takes so much of gVisor's time. */
const day = (at: number, native: number, spread = 0.05): Results => ({
  folder: "somewhere",
  run: syntheticRunRecord({ runId: `run-${at}`, startedAt: `2026-11-${String(10 + at)}T03:00:00.000Z` }),
  latency: ["product-photos-report", "product-photos-assign"].map((label, index) =>
    syntheticRecord({
      label,
      seed: 10 * at + index,
      blocks: 6,
      rounds: 20,
      spread,
      ratios: { "gvisor-aa": 1, native },
    }),
  ),
  syscalls: [],
  load: [],
  recovered: [],
});
const changesIn = (...natives: readonly number[]) =>
  historyOf(natives.map((native, at) => day(at, native))).systems[0]?.points.flatMap(({ runId, change }) =>
    change ? [runId] : [],
  );

test("a jump begins a new level where it happens, and nowhere else", () => {
  expect(changesIn(0.5, 0.5, 0.5, 0.7, 0.7, 0.7)).toEqual(["run-3"]);
  expect(changesIn(0.5, 0.5, 0.7, 0.7, 0.5, 0.5)).toEqual(["run-2", "run-4"]);
});

test("runs that are alike have no change, and neither do days that differ as days do", () => {
  expect(changesIn(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)).toEqual([]);
  expect(changesIn(0.5, 0.58, 0.49, 0.59, 0.51, 0.57, 0.5)).toEqual([]);
});

test("runs are put in order, A/A arms are left out, and functions must be in all of them", () => {
  const [first, second, third] = [day(0, 0.5), day(1, 0.5), day(2, 0.5)];
  const { systems, baseline } = historyOf([third, { ...first, latency: first.latency.slice(0, 1) }, second]);
  expect(baseline).toBe("gvisor");
  expect(systems.map(({ system, labels }) => [system, labels])).toEqual([["native", ["product-photos-report"]]]);
  expect(systems[0]?.points.map(({ runId }) => runId)).toEqual(["run-0", "run-1", "run-2"]);
  expect(systems[0]?.points[0]?.judgement).toBeUndefined();
});

test("folders of runs become a table, a chart, and what Bencher and github-action-benchmark read", async () => {
  const root = await scratchFolder();
  for (const [at, native] of [0.5, 0.5, 0.9].entries()) {
    const { latency, run } = day(at, native);
    await writeSynthetic(root, latency, run);
  }
  const { text, chart, slower } = await compareHistory([root], { format: "markdown", picture: "history.svg" });
  expect(text).toMatch(/!\[History\]\(history\.svg\)/);
  expect(text).toMatch(/\| run-2 \| 2026-11-12T03:00:00.000Z \| 0\.9.*% slower \(.*\) \| .*change \|/);
  expect(chart).toContain("<svg");
  expect(slower).toBe(true);
  const bmf = JSON.parse(
    (await compareHistory([join(root, "run-0"), join(root, "run-1")], { format: "bmf" })).text,
  ) as object;
  expect(Object.keys(bmf)).toContain("geometric-mean/native");
  expect(Object.keys(bmf)).toContain("product-photos-report/native");
  const github = JSON.parse((await compareHistory([root], { format: "github" })).text) as {
    name: string;
    unit: string;
  }[];
  expect(github[0]).toMatchObject({
    name: "geometric-mean/native",
    unit: "x gvisor",
    value: expect.closeTo(0.9, 1) as number,
  });
  await expect(compareHistory([join(root, "run-0")], { format: "json" })).rejects.toThrow(
    /expected 2 runs or more, got 1/,
  );
});
