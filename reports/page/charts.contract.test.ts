/** The pages of load, density, accuracy, system calls and comparisons in a real browser: their figures can be explored. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { renderReport } from "../render.ts";
import { drawAllPages } from "./all-pages.test-support.ts";
import {
  chromiumPath,
  type PageLook,
  type PageBrowser,
  scrollWidthPx,
  seriousProblems,
  startPageBrowser,
} from "./page.test-support.ts";

interface Explored {
  readonly file: string;
  /** Of these figures the page has so many. */
  readonly figures: number;
  /** The explored one; absent: the first. */
  readonly at?: number;
  /** Of its first mark, then of its last. */
  readonly tells: readonly [RegExp, RegExp];
  /** A switch that takes marks away; absent: one series alone has none. */
  readonly off?: string;
  /** A switch that draws the axis again, and what the axis then says. */
  readonly other?: readonly [label: string, axis: RegExp];
}

const pages: readonly Explored[] = [
  {
    file: "load.html",
    figures: 1,
    tells: [
      /native, 20 calls\/s.*p50 11.0 ms; in single blocks 11.0 to 11.0 ms.*n = 400 right answers of 400 planned calls, 2 blocks.*100 % within 50 ms.*within the bound.*not settled/,
      /client alone \(empty target\), 100 calls\/s.*p99 2.00 ms.*n = 2000/,
    ],
    off: "native",
    other: ["linear", /due, ms(?!, log)/],
  },
  {
    file: "density.html",
    figures: 2,
    tells: [
      /native, 1 idle instance.* MB \[.*\] together \(95 % interval over n = 6 blocks\).*Memory per instance: .*less/,
      /gVisor again \(A\/A\), 16 idle instances.*noise floor/,
    ],
    off: "native",
    other: ["logarithmic", /MB, logarithmic/],
  },
  {
    file: "accuracy.html",
    figures: 2,
    tells: [
      /Hello, Retail! \(measured\), 1 round of training.*of n = 100 test rounds denied \[.*\] \(Wilson's 95 % interval\).*of 5 random orders.*The median is 0 from/,
      /\(published\).*0\.0 % from .* rounds? on/,
    ],
    off: "Hello, Retail! (measured)",
    other: ["linear", /Rounds of traces that taught the policy(?!, log)/],
  },
  {
    file: "why.html",
    figures: 2,
    tells: [
      /product-purchase-publish, network.*ms \(95 % interval\).*% of the measured difference/,
      /measured difference.*ms \(95 % interval\).*prices from n = 4 blocks.*System calls explain/,
    ],
    off: "Network",
  },
  {
    ...{ file: "report.html", figures: 5, at: 1 },
    tells: [
      /Latency, native.*0\.\d+ \[.*\] relative to the baseline \(95 % interval\), 1 function.*\d.* ms; gVisor \d.* ms/,
      /Bytes per call, Kalium.*1\.\d+ \[.*\].*kB; gVisor .*kB/,
    ],
    off: "native",
    other: ["linear", /Relative to gVisor(?!, log)/],
  },
  {
    ...{ file: "report.html", figures: 5, at: 4 },
    tells: [
      /controller, write \(embedded guard.*n = 20.*Median .* µs; middle half .* to .* µs.*Least .*n = 20/,
      /syscall total, sendmsg/,
    ],
    off: "write (embedded guard, kalium, product-purchase-publish), n = 20",
    other: ["linear", /Median, µs(?!, log)/],
  },
  {
    file: "system-calls.html",
    figures: 1,
    tells: [/getppid, .*relative to .*\(95 % interval\), n = \d+ blocks.*Median .* µs; .* µs/, /fork, exec, wait, /],
    other: ["linear", /Time relative to (?!.*log)/],
  },
  {
    file: "compare.html",
    figures: 1,
    tells: [
      /product-purchase-publish, .*B \/ A .*\[.*\] \(95 % interval\).*n = 6 blocks/,
      /product-purchase-publish, .*n = 6 blocks/,
    ],
    off: "native",
    other: ["B, ms", /Median latency of B, ms/],
  },
];

let browser: PageBrowser | undefined;
let folder = "";
let out = "";

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  browser = await startPageBrowser();
  ({ out, results: folder } = await drawAllPages(browser.folder));
});

afterAll(() => browser?.[Symbol.asyncDispose]());

beforeEach(({ skip }) => skip(chromiumPath === undefined, "Chromium is not installed: apt-get install chromium"));

async function opened(file: string, look: PageLook = {}): Promise<Page> {
  if (browser === undefined) throw new TypeError("the browser was started before");
  const page = await browser.open(pathToFileURL(join(out, file)).href, look);
  if (look.javaScriptEnabled !== false) await page.waitForSelector("figure.explore .canvas svg path[tabindex]");
  return page;
}

const stopsOf = (figure: Locator): Locator => figure.locator(".canvas .bars path, .canvas .points path");

test.for(pages)("$file $at: marks tell n, interval and verdict, and switches redraw them", async (explored) => {
  const page = await opened(explored.file);
  const figures = page.locator("figure.explore");
  expect(await figures.count()).toBe(explored.figures);
  const figure = figures.nth(explored.at ?? 0);
  const tooltip = figure.locator(".tooltip");
  await stopsOf(figure).first().focus();
  await expect.poll(() => tooltip.textContent()).toMatch(explored.tells[0]);
  await page.keyboard.press("End");
  await expect.poll(() => tooltip.textContent()).toMatch(explored.tells[1]);
  await page.keyboard.press("Escape");
  await expect.poll(() => tooltip.isVisible()).toBe(false);
  await stopsOf(figure).last().hover();
  await expect.poll(() => tooltip.textContent()).toMatch(explored.tells[1]);
  const before = await stopsOf(figure).count();
  if (explored.off !== undefined) {
    await figure.getByLabel(explored.off, { exact: true }).click();
    await expect.poll(() => stopsOf(figure).count()).toBeLessThan(before);
    await figure.getByLabel(explored.off, { exact: true }).click();
    await expect.poll(() => stopsOf(figure).count()).toBe(before);
  }
  if (explored.other !== undefined) {
    const [label, axis] = explored.other;
    await figure.getByLabel(label).first().click();
    await expect.poll(() => figure.locator(".canvas svg").textContent()).toMatch(axis);
  }
  expect(await figure.locator(".canvas").getAttribute("aria-label")).toMatch(/\w/);
  await page.context().close();
});

test("the same records give the same pages", async () => {
  const again = join(browser?.folder ?? "", "again");
  await renderReport(folder, again);
  for (const { file } of pages.filter((page) => page.file !== "compare.html")) {
    expect(await readFile(join(again, file), "utf8"), file).toBe(await readFile(join(out, file), "utf8"));
  }
});

test.for(pages.filter(({ at }) => at === undefined || at === 1))(
  "$file: nothing is wider than the screen, with scripts and without",
  async ({ file, figures }) => {
    for (const width of [390, 1280, 2560]) {
      for (const javaScriptEnabled of [true, false]) {
        const page = await opened(file, { width, javaScriptEnabled });
        expect(await scrollWidthPx(page), `${width} px, scripts: ${javaScriptEnabled}`).toBe(width);
        expect(await page.locator("figure.explore .still:visible").count()).toBe(javaScriptEnabled ? 0 : figures);
        await page.context().close();
      }
    }
  },
);

test.for(pages.filter(({ at }) => at === undefined || at === 1))(
  "$file: the printed figure is on paper, with its numbers",
  async ({ file }) => {
    const page = await opened(file);
    await page.emulateMedia({ media: "print" });
    const figure = page.locator("figure.explore").first();
    expect(await figure.locator(".controls").isVisible()).toBe(false);
    expect(await figure.locator(".canvas").isVisible()).toBe(false);
    expect(await figure.locator(".still.wide svg").isVisible()).toBe(true);
    expect(await page.locator("table").first().isVisible()).toBe(true);
    await page.context().close();
  },
);

test.for(
  [...new Set(pages.map(({ file }) => file))].flatMap((file) => [
    { file, width: 1280, colorScheme: "light" } as const,
    { file, width: 390, colorScheme: "dark" } as const,
  ]),
)("$file, $colorScheme: axe finds nothing serious", async ({ file, ...look }) => {
  const page = await opened(file, look);
  expect(await seriousProblems(page)).toEqual([]);
  await page.context().close();
});
