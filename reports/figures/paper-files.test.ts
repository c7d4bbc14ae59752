import { execFile } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRun } from "../testing/synthetic.ts";
import { legendColumns, legendWidthPt } from "./figure-format.ts";
import { paperFileNames, paperFiles } from "./paper-files.ts";

const small = { rounds: 6, blocks: 2 };
const published = { published: true } as const;

function run() {
  const [first, ...rest] = syntheticRun({ ...small, ratios: { native: 0.5, kalium: 1.2, valve: 2, trapeze: 7 } });
  if (first === undefined) throw new TypeError("there are records");
  return [{ ...first, voids: [{ system: "valve", reason: "guard silent" }] }, ...rest];
}

test("the figure for one column and the slide have their widths, no caption, and every name", async () => {
  const records = run();
  const files = await paperFiles(records, compare(records), published);
  expect(Object.keys(files)).toEqual(paperFileNames);
  expect(files["figure-8-column.svg"]).toMatch(/^<svg[^>]* width="240pt"/);
  const slide = /^<svg[^>]* width="384pt" height="([\d.]+)pt"/.exec(String(files["figure-8-slide.svg"]));
  expect(Number(slide?.[1])).toBeLessThanOrEqual(216); // 16:9
  for (const format of ["column", "slide"]) {
    const svg = String(files[`figure-8-${format}.svg`]);
    expect(svg).toContain(">product-catalog-builder-product<");
    expect(svg).toContain(">Kalium (embedded guard)<");
    expect(svg).not.toContain("Bars: latency");
  }
});

test("names in one column stand upright, each with a line's height of its own", async () => {
  const records = run();
  const svg = String((await paperFiles(records, compare(records), published))["figure-8-column.svg"]);
  const places = [
    ...svg.matchAll(/transform="translate\(([\d.]+),[\d.]+\) rotate\((?:-90|270)\)[^"]*"[^>]*>product-/g),
  ].map(([, x]) => Number(x));
  expect(places).toHaveLength(16);
  places.slice(1).forEach((x, index) => expect(x - (places[index] ?? 0)).toBeGreaterThan(8.2));
});

test("a legend is broken into as many columns as fit", () => {
  const entries = ["native", "Kalium (embedded guard)", "Valve (gVisor)", "Trapeze (gVisor)"];
  expect(legendColumns(entries, legendWidthPt(entries))).toBe(4);
  expect(legendColumns(entries, 240)).toBe(2);
  expect(legendColumns(entries, 10)).toBe(1);
});

test("the source for pgfplots has every bar at its value, what is missing as text, and the caption as a comment", async () => {
  const records = run();
  const comparison = compare(records);
  const tex = String((await paperFiles(records, comparison, published))["figure-8.tex"]);
  const bars = [...tex.matchAll(/^ {4}-?[\d.]+ ([\d.]+) [\d.]+ [\d.]+$/gm)].map(([, ratio]) => Number(ratio));
  const ratios = comparison.cells.flatMap(({ ratio, state }) =>
    ratio === undefined || state === "void" ? [] : [Number(ratio.ratio.toFixed(4))],
  );
  expect(bars.toSorted((a, b) => a - b)).toEqual(ratios.toSorted((a, b) => a - b));
  expect(tex.match(/\{void\}/g)).toHaveLength(1);
  expect(tex.match(/^%/gm)).toHaveLength(2);
  expect(tex).toContain("% Bars: latency relative to gVisor");
});

const pdflatex = await (async () => {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, "pdflatex");
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
})();

test.skipIf(pdflatex === undefined)("LaTeX sets the source (skipped without pdflatex)", async () => {
  const records = run().map((record) => ({ ...record, label: record.label.replace("-cc", "_50%&#~") }));
  const folder = await scratchFolder();
  const tex = String((await paperFiles(records, compare(records), published))["figure-8.tex"]);
  await writeFile(join(folder, "figure-8.tex"), tex);
  await writeFile(
    join(folder, "paper.tex"),
    "\\documentclass{article}\\usepackage{pgfplots}\\pgfplotsset{compat=1.15}\\begin{document}\\input{figure-8}\\end{document}\n",
  );
  const { stdout } = await promisify(execFile)(
    pdflatex ?? "",
    ["-halt-on-error", "-interaction=nonstopmode", "paper"],
    {
      cwd: folder,
    },
  );
  expect(stdout).toContain("Output written on paper.pdf (1 page");
});
