/** A verdict is made in one place: whatever prints it prints the same words. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compare } from "./comparison.ts";
import { compareSystems } from "./compare/compare-systems.ts";
import { compareFormats } from "./compare/formats.ts";
import { comparisonText } from "./compare/page.ts";
import { toPlainTable } from "./formats/plain.ts";
import { readResults, writeLoad } from "./records/store.ts";
import { renderReport } from "./render.ts";
import { latencyTable } from "./tables/latency-tables.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRecord, writeSynthetic } from "./testing/synthetic.ts";
import { syntheticLoad } from "./testing/synthetic-load.ts";
import { verdictText } from "./verdict-text.ts";

/** As Markdown, HTML, XML and CSV write what they must not take for their own marks. */
const plain = (text: string): string =>
  text
    .replaceAll(/\\(?=[\\|*_<`[\]~])/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

test("terminal, Markdown, HTML, CSV, JSON, JUnit and compare print the same verdicts", async () => {
  const ratios = { "gvisor-aa": 1, native: 0.5, kalium: 1.02, valve: 1.1, trapeze: 2 };
  const record = syntheticRecord({
    ratios,
    blocks: 6,
    rounds: 20,
    spread: 0.02,
    change: (sample) =>
      sample.system === "valve" ? { ...sample, latencyNs: sample.latencyNs * (1 + (sample.block % 2)) } : sample,
  });
  const voided = { ...record, voids: [{ system: "trapeze", reason: 'said <no> & "left"' }] };
  const folder = await scratchFolder();
  const results = await writeSynthetic(
    join(folder, "results"),
    [record].map((one) => ({ ...one, samples: one.samples })),
  );
  const out = join(folder, "out");
  await renderReport(results, out);
  const { latency } = await readResults(results);
  const verdicts = compare(latency).cells.flatMap((cell) => (cell.judgement ? [verdictText(cell)] : []));
  expect(verdicts.map((text) => text.replaceAll(/[\d.]+/g, "N"))).toEqual([
    "N % faster (N to N %)",
    expect.stringMatching(/^(no difference beyond noise|N % slower .*too small to matter)/),
    expect.stringMatching(/^not settled: /),
    expect.stringMatching(/^N+ % slower \(N to N %\)$/),
  ]);
  const files = ["report.md", "report.html", "figure-8.csv", "figure-8.json", "figure-8.junit.xml"];
  const texts = await Promise.all(files.map((name) => readFile(join(out, name), "utf8")));
  const printed = [...texts.map(plain), toPlainTable(latencyTable(compare(latency)))];
  for (const verdict of verdicts) for (const text of printed) expect(text).toContain(verdict);

  const native = verdicts[0] ?? "";
  const comparison = compareSystems(await readResults(results), "native");
  for (const format of compareFormats.filter((name) => name !== "bmf")) {
    expect(plain(await comparisonText(comparison, format)), format).toContain(native);
  }

  const cell = compare([voided]).cells.find(({ system }) => system === "trapeze");
  expect(cell && verdictText(cell)).toBe('void: said <no> & "left"');
});

test("under load the verdict is the same in every file", async () => {
  const folder = await scratchFolder();
  const results = await writeSynthetic(join(folder, "results"), []);
  await writeLoad(results, syntheticLoad({ capacities: { kalium: 30 }, plan: { blocks: 5, windowMs: 2_000 } }));
  await renderReport(results, join(folder, "out"));
  for (const name of ["load.md", "load.html", "load.json", "load.junit.xml"]) {
    const text = await readFile(join(folder, "out", name), "utf8");
    expect(text, name).toContain("0 to 80 % lower");
    expect(text, name).toContain("at least 0 % higher");
  }
});
