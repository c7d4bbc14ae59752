/** Pages on screens of all widths in a real browser: nothing is cut, nothing is too small, the theme is everywhere. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { allPages, drawAllPages } from "./all-pages.test-support.ts";
import {
  chromiumPath,
  type PageBrowser,
  type PageLook,
  smallTexts,
  startPageBrowser,
  unfoldAll,
  wideTables,
} from "./page.test-support.ts";

let browser: PageBrowser | undefined;
let out = "";

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  browser = await startPageBrowser();
  ({ out } = await drawAllPages(browser.folder));
});

afterAll(() => browser?.[Symbol.asyncDispose]());

beforeEach(({ skip }) => skip(chromiumPath === undefined, "Chromium is not installed: apt-get install chromium"));

/** With all sections open and all figures drawn. */
async function opened(file: string, look: PageLook = {}): Promise<Page> {
  if (browser === undefined) throw new TypeError("the browser was started before");
  const page = await browser.open(pathToFileURL(join(out, file)).href, look);
  await unfoldAll(page);
  if (look.javaScriptEnabled !== false) {
    const undrawn = `[...document.querySelectorAll("figure.explore")].some((figure) => !figure.querySelector("svg path[tabindex]"))`;
    await expect.poll(() => page.evaluate(undrawn)).toBe(false);
  }
  return page;
}

test.for(allPages)("%s: text in figures has 12 px or more, with scripts and without", async (file) => {
  for (const width of [390, 1280]) {
    for (const javaScriptEnabled of [true, false]) {
      const page = await opened(file, { width, javaScriptEnabled });
      expect(await smallTexts(page), `${width} px, scripts: ${javaScriptEnabled}`).toEqual([]);
      await page.context().close();
    }
  }
});

test.for(allPages)(
  "%s: wide screens show all columns, narrow ones keep the first in sight and say that there are more",
  async (file) => {
    for (const width of [1280, 2560]) {
      const page = await opened(file, { width });
      await expect.poll(() => wideTables(page), { message: `${width} px` }).toEqual([]);
      await page.context().close();
    }
    const page = await opened(file, { width: 390 });
    await expect.poll(async () => (await wideTables(page)).filter(({ hint }) => !/scroll/.test(hint))).toEqual([]);
    for (const { firstLeftPx, boxLeftPx, firstWidthPx } of await wideTables(page)) {
      expect(firstLeftPx).toBeCloseTo(boxLeftPx, 0);
      expect(firstWidthPx).toBeLessThan(190);
    }
    await page.context().close();
  },
);

test("without scripts, and on paper, a still figure has the colours of the page", async () => {
  const page = await opened("load.html", { colorScheme: "dark", javaScriptEnabled: false });
  const paper = await page.evaluate(`getComputedStyle(document.body).backgroundColor`);
  const fills = `[...document.querySelectorAll(".still.wide svg > rect")].map((rect) => getComputedStyle(rect).fill)`;
  expect(new Set(await page.evaluate<readonly string[]>(fills))).toEqual(new Set([paper]));
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(new Set(await page.evaluate<readonly string[]>(fills))).toEqual(new Set(["rgb(255, 255, 255)"]));
  await page.context().close();
});
