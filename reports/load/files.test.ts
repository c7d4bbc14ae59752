import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { openLoadJournal } from "../records/load-journal.ts";
import { renderReport } from "../render.ts";
import { readResults, writeLoad } from "../records/store.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { writeSynthetic } from "../testing/synthetic.ts";
import { syntheticLoad } from "../testing/synthetic-load.ts";

test("a run with nothing but load is drawn: tables, figure with its bound, a row per step", async () => {
  const folder = await scratchFolder();
  const results = await writeSynthetic(join(folder, "results"), []);
  const record = syntheticLoad({ capacities: { kalium: 30 } });
  await writeLoad(results, record);
  const { files } = await renderReport(results, join(folder, "out"));
  const names = ["load.csv", "load.html", "load.json", "load.junit.xml", "load.md"];
  const pictures = ["pdf", "png", "svg", "vl.json"].map((type) => `load.${record.label}.${type}`);
  expect(files.map((file) => basename(file)).sort()).toEqual([...names, ...pictures].sort());
  const read = (name: string) => readFile(join(folder, "out", name), "utf8");
  const svg = await read(`load.${record.label}.svg`);
  for (const text of ["bound: p99 within 50 ms", "Kalium (embedded guard)", "client alone (empty target)"]) {
    expect(svg).toContain(text);
  }
  const [, top = "", height = ""] =
    /Symbol legend[^>]*><g transform="translate\(0,(-\d+)\)"><path[^>]*v(\d+)/.exec(svg) ?? [];
  expect(Number(top) + Number(height)).toBeLessThan(-9); // a bound at the axis' upper end has its text there
  expect(await read("load.md")).toContain(
    "| Kalium (embedded guard) | 20 to 50 | 31.6 | 2 | not settled: 0 to 80 % lower in each of 2 blocks; a claim needs 5 |",
  );
  expect((await read("load.csv")).trimEnd().split("\n")).toHaveLength(1 + 2 * 3 * 3);
});

test("a measurement that was cut is read from its journal, without the calls of an unfinished step", async () => {
  const folder = await writeSynthetic(join(await scratchFolder(), "results"), []);
  const { steps, samples, proofs, blocks, ...whole } = syntheticLoad();
  const { runId, startedAt, flow, label, starred, baseline, systems, plan } = whole;
  const journal = openLoadJournal(folder, { runId, startedAt, flow, label, starred, baseline, systems, plan });
  for (const data of proofs) journal.append({ kind: "proof", data });
  for (const data of samples.slice(0, 300)) journal.append({ kind: "sample", data });
  const [step] = steps;
  if (step === undefined) throw new TypeError("there are steps");
  journal.append({ kind: "step", data: step });
  journal.close();
  for (const data of blocks) journal.append({ kind: "block", data }); // too late: dropped
  const { load, latency } = await readResults(folder);
  expect(latency).toEqual([]);
  expect(load).toHaveLength(1);
  expect(load[0]).toMatchObject({ steps: [step], blocks: [], proofs });
  expect(load[0]?.samples).toHaveLength(300);
  expect(load[0]).not.toHaveProperty("endedAt");
});
