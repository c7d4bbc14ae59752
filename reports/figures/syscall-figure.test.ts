import { compile } from "vega-lite";
import { expect, test } from "vitest";
import { measurementOf } from "../syscalls/measurement.ts";
import { rowsOf } from "../records/syscall-rows.ts";
import { type Series, callStages, stageTitles } from "../records/syscall-stages.ts";
import { renderFigure } from "./render-figure.ts";
import { syscallFigure } from "./syscall-figure.ts";

const calls = (scale: number) => rowsOf([2, 0.1, 5, 500, 20, 530, 540].map((us) => [us * scale, us * 2 * scale]));
const measured = (title: string, series: readonly Series[]) =>
  measurementOf({ title, source: "boot-log", producer: "a runtime", notes: [], series });
const logs = measured("boot log", [
  { name: "write", stages: callStages, calls: calls(1_000) },
  { name: "sendmsg", stages: callStages, calls: calls(900) },
  { name: "encrypt", stages: ["encrypt"], calls: rowsOf([[80_000, 90_000]]) },
]);
const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, text = ""]) => text);

test("names every stage, every series with source and size, and prints the medians", async () => {
  const { svg } = await renderFigure(syscallFigure([logs]));
  const texts = textsOf(svg);
  for (const title of Object.values(stageTitles)) expect(texts).toContain(title);
  for (const name of ["write", "sendmsg", "encrypt"]) expect(texts).toContain(`${name} (boot log), n = 2`);
  expect(texts).toEqual(expect.arrayContaining(["750", "675", "85.0", "0.150"]));
});

test("a stage without timings has no row, a skipped one is drawn at the left end", async () => {
  const some = measured("embedded guard", [
    {
      name: "write",
      stages: ["controller", "checkTotal"],
      calls: rowsOf([
        [0, 5_000],
        [400, 6_000],
      ]),
    },
  ]);
  const { svg } = await renderFigure(syscallFigure([some]));
  const texts = textsOf(svg);
  expect(texts).toContain("check total");
  expect(texts).not.toContain("TLS parsing");
  expect(texts.join(" ").replaceAll(/<[^>]*>/g, " ")).toMatch(/took 0 and is +drawn at the axis/);
});

test("compiles without warnings, repeats to the byte, and has no text below 7 points", async () => {
  const warnings: unknown[] = [];
  const logger = { warn: (...text: unknown[]) => (warnings.push(text), logger) } as never;
  compile(syscallFigure([logs]), { logger });
  expect(warnings).toEqual([]);
  const [first, second] = [await renderFigure(syscallFigure([logs])), await renderFigure(syscallFigure([logs]))];
  expect(second.svg).toBe(first.svg);
  expect(first.svg).toMatch(/^<svg[^>]* width="504pt"/);
  const sizes = [...first.svg.matchAll(/font-size="([\d.]+)px"/g)].map(([, size]) => Number(size));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(7);
});

test("many measurements with long titles stay within the page", async () => {
  const titles = Array.from({ length: 5 }, (_, index) => `boot log, product-catalog-builder-product, system ${index}`);
  const { svg } = await renderFigure(syscallFigure(titles.map((title) => measured(title, logs.series))));
  expect(svg).toMatch(/^<svg[^>]* width="504pt"/);
  for (const title of titles) expect(textsOf(svg)).toContain(`encrypt (${title}), n = 2`);
});
