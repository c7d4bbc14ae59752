import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { type RenderOptions, renderReport } from "./render.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRecord, syntheticRun, writeSynthetic } from "./testing/synthetic.ts";

const small = { rounds: 6, blocks: 2 };

const rendered = async (
  records = syntheticRun({ ...small, ratios: { native: 0.5 } }),
  run = {},
  options: RenderOptions = {},
) => {
  const folder = await scratchFolder();
  const results = await writeSynthetic(join(folder, "results"), records, run);
  const report = await renderReport(results, join(folder, "out"), options);
  return {
    report,
    results,
    out: join(folder, "out"),
    read: (name: string) => readFile(join(folder, "out", name), "utf8"),
  };
};

test("what was not selected is not missing; what was selected and not measured is", async () => {
  const label = "product-purchase-publish";
  const record = syntheticRecord({ ...small, label });
  const missing = async (selected: readonly string[]) => (await rendered([record], { selected })).report.missing;
  expect(await missing([label])).toEqual([]);
  expect(await missing([label, "product-photos-report"])).toEqual(["product-photos-report: not measured"]);
  const { read } = await rendered([record], { selected: [label] });
  expect(await read("report.md")).toContain("None: the run was to measure 1 of the figure's 17 functions.");
});

test("writes every file, and the same bytes when it is called again", async () => {
  const { report, results, out, read } = await rendered();
  const names = report.files.map((file) => basename(file));
  expect(names.sort()).toEqual(
    [
      "figure-8-published.csv",
      "figure-8.csv",
      "figure-8.json",
      "figure-8.junit.xml",
      "figure-8.pdf",
      "figure-8.png",
      "figure-8.svg",
      "figure-8.vl.json",
      "report.html",
      "report.md",
    ].sort(),
  );
  const before = await Promise.all(names.map(read));
  await renderReport(results, out);
  expect(await Promise.all(names.map(read))).toEqual(before);
});

test("the Markdown report holds results, proofs, failures, gaps and how to repeat it", async () => {
  const records = syntheticRun({ ...small, ratios: { native: 0.5 } }).slice(0, 16);
  const [first, ...rest] = records;
  if (first === undefined) throw new TypeError("there are records");
  const failing = syntheticRecord({
    ...small,
    label: first.label,
    starred: true,
    change: (sample) =>
      sample.system === "native" ? { ...sample, outcome: "wrong-answer", reason: "no <b> | tag" } : sample,
  });
  const { read, report } = await rendered([failing, ...rest], { outcome: "interrupted" });
  const text = await read("report.md");
  expect(report.missing).toEqual([
    "microbenchmark, native: void: 12 of 12 calls failed",
    "product-catalog-builder-product: not measured",
  ]);
  for (const line of report.missing) expect(text).toContain(line);
  expect(text).toContain("interrupted");
  expect(text).toMatch(/\| microbenchmark\\\* \| gVisor \| 12 \| [\d.]+ \| – \| 1 \(baseline\) \|/);
  expect(text).toMatch(/\| geometric mean \| native \| 15 functions \|/);
  expect(text).toContain("12 × no \\<b> \\| tag");
  expect(text).toMatch(/\| gVisor \| runsc version synthetic \| systrap \| netstack \| 32\/32 \| 400 \|/);
  expect(text).toContain("runc: runc is not on PATH");
  expect(text).toMatch(/\| database.version \| 8.4.0 \|/);
  expect(text).toMatch(/\| measure \| [\d.]+ \| 600 \| 12 % \|/);
  expect(text).toContain("KALIUM_SYSTEMS=gvisor,native");
  expect(text).toContain("npm run report");
});

test("the paper's values are beside ours in the report, or nowhere", async () => {
  const records = syntheticRun({ ...small, ratios: { valve: 2 } });
  const { read, out, results } = await rendered(records);
  expect(await read("report.md")).toContain("## Figure 8 against the published values");
  expect(await read("report.html")).toContain('<td class="right">≥ 5 (cut)</td>');
  await renderReport(results, out, { published: false });
  expect(await read("report.md")).not.toContain("published");
  expect(await read("figure-8.svg")).not.toContain("published");
  await expect(read("figure-8-published.csv")).rejects.toThrow("ENOENT");
});

test("results in the artifact's formats lie beside the report", async () => {
  const { report, out, read } = await rendered(syntheticRun({ ...small, ratios: { valve: 2 } }));
  expect(await read("artifact/valvelats.csv")).toMatch(/^name, mean\nmicrobenchmark\*, \d/);
  expect(report.exported).toContain(join(out, "artifact", "results_valve_gvisor", "gvisor_12_assign_results"));
});

test("an instance on another runtime than its system claims is not counted as proven", async () => {
  const record = syntheticRecord({ ...small, ratios: { native: 0.5 } });
  const proofs = record.proofs.map((proof) => (proof.block === 1 ? { ...proof, runtime: "runc" } : proof));
  const { read } = await rendered([{ ...record, proofs }]);
  expect(await read("report.md")).toMatch(/\| gVisor \|.*\| 1\/2 \|/);
});

test("the HTML report is one file: nothing is loaded from elsewhere, texts are escaped", async () => {
  const record = syntheticRecord({
    ...small,
    change: (sample) => (sample.phase === "measured" ? { ...sample, outcome: "error", reason: "<script>x" } : sample),
  });
  const { read } = await rendered([record]);
  const html = await read("report.html");
  expect(html).toContain("<svg");
  expect(html).toContain("&lt;script&gt;x");
  expect(html).not.toContain("<script>x");
  expect(html.replaceAll(/xmlns(:\w+)?="[^"]*"/g, "")).not.toMatch(/(src|href)="?http/);
});

test("a results folder without run.json is refused", async () => {
  const folder = await scratchFolder();
  await expect(renderReport(folder, join(folder, "out"))).rejects.toThrow("run.json");
  const { results } = await rendered([]);
  await writeFile(join(folder, "file"), "");
  await expect(renderReport(results, join(folder, "file"))).rejects.toThrow("cannot create");
});
