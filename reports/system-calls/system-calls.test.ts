import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { operationNames, type SystemCallRecord } from "../records/system-call-record.ts";
import { createResults, readResults, writeSystemCalls } from "../records/store.ts";
import { renderReport } from "../render.ts";
import { seededRandom } from "../stats/random.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRunRecord } from "../testing/synthetic.ts";
import { systemCallsFigure } from "./figure.ts";
import { operationTitles, summariseSystemCalls } from "./summary.ts";
import { systemCallsTable } from "./tables.ts";

const truths: Readonly<Record<string, number>> = { gvisor: 5, native: 1, "native-aa": 1, runc: 1 };

/** Every operation takes 2 us, times the system's factor; a system call that a pause hits takes a hundred times as long. */
function syntheticCalls(blocks = 6, profile = "quick"): SystemCallRecord {
  const random = seededRandom(7);
  const series = Array.from({ length: blocks }, (_, block) =>
    operationNames.flatMap((operation) =>
      Object.entries(truths).map(([system, factor]) => {
        const ns = Array.from({ length: 20 }, (_none, at) => 2_000 * factor * (at === 3 ? 100 : 1 + 0.02 * random()));
        return { system, block, operation, count: 1024, ns };
      }),
    ),
  );
  return {
    schema: "kalium-bench/system-calls@1",
    runId: "20261124T030000Z-0000000",
    baseline: "native",
    systems: Object.keys(truths).map((name) => ({
      ...{ name, variant: "vanilla" as const, runtime: name.replace("-aa", ""), guard: "none" },
      ...(name === "native-aa" && { aaOf: "native" }),
    })),
    plan: { profile, seed: 7, blocks },
    series: series.flat(),
  };
}

test("a runtime's true factor is found, equal ones do not differ, and pauses change no median", () => {
  const cells = summariseSystemCalls(syntheticCalls());
  expect(cells).toHaveLength(operationNames.length * 4);
  for (const { system, ratio, judgement, noiseFloor, medianNs } of cells) {
    expect(medianNs / (truths[system] ?? NaN)).toBeCloseTo(2_020, -2);
    if (system === "native") expect(ratio).toBeUndefined();
    else expect((ratio?.ratio ?? NaN) / (truths[system] ?? NaN)).toBeCloseTo(1, 1);
    if (system === "gvisor") expect(judgement?.verdict).toBe("slower");
    if (system === "runc") expect(judgement?.verdict).toBe("no difference");
    if (system === "native-aa") expect([judgement, noiseFloor !== undefined]).toEqual([undefined, true]);
  }
});

test("the table begins each operation with the baseline, in the order of the record's names", () => {
  const record = syntheticCalls();
  const { rows } = systemCallsTable(summariseSystemCalls(record), record);
  expect(rows.filter(([first]) => first !== "").map(([first]) => first)).toEqual(Object.values(operationTitles));
  expect(rows.filter((_, at) => at % 4 === 0).map((row) => row.slice(1, 4))).toEqual(
    operationNames.map(() => ["native", expect.stringMatching(/^2\.0\d$/) as string, "1 (baseline)"]),
  );
});

test("a block alone has no interval, and a smoke run no numbers and no figure", () => {
  const [single, smoke] = [syntheticCalls(1), syntheticCalls(1, "smoke")];
  expect(summariseSystemCalls(single)[0]?.ratio?.interval).toBeUndefined();
  expect(systemCallsFigure(summariseSystemCalls(single), single)).toBeDefined();
  expect(systemCallsFigure(summariseSystemCalls(smoke), smoke)).toBeUndefined();
  expect(systemCallsTable(summariseSystemCalls(smoke), smoke).rows.flat()).not.toContain("2.02");
});

test("a results folder of system calls alone is drawn", async () => {
  const run = syntheticRunRecord();
  const folder = await createResults(await scratchFolder(), run);
  await writeSystemCalls(folder, syntheticCalls());
  expect((await readResults(folder)).systemCalls).toEqual(syntheticCalls());
  const out = await scratchFolder();
  const { figure } = await renderReport(folder, out);
  expect(figure).toBe(join(out, "system-calls.svg"));
  expect((await readdir(out)).sort()).toEqual(
    ["csv", "html", "md", "pdf", "png", "svg", "vl.json"].map((ending) => `system-calls.${ending}`),
  );
  const csv = await readFile(join(out, "system-calls.csv"), "utf8");
  expect(csv.trimEnd().split("\n")).toHaveLength(1 + operationNames.length * 4);
  expect(await readFile(join(out, "system-calls.md"), "utf8")).toMatch(/\| TCP, 64 B there and back \| native \|/);
});
