/** The page in a real browser: what readers do with the figure, the sections and the tables. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { renderReport } from "../render.ts";
import { syntheticRecord, writeSynthetic } from "../testing/synthetic.ts";
import {
  chromiumPath,
  type PageLook,
  type PageBrowser,
  scrollWidthPx,
  seriousProblems,
  startPageBrowser,
  unfoldAll,
} from "./page.test-support.ts";

const labels = ["product-photos-report", "product-purchase-publish"];

let browser: PageBrowser | undefined;
let address = "";

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  browser = await startPageBrowser();
  const { folder } = browser;
  const records = labels.map((label, index) =>
    syntheticRecord({
      ...{ label, seed: index + 1, rounds: 8, blocks: 3, ratios: { "gvisor-aa": 1, native: 0.5, valve: 7 } },
      change: (sample) =>
        sample.phase === "warmup" && sample.system === "native" && sample.block === 1
          ? { ...sample, outcome: "wrong-answer", reason: "<i>no</i>" }
          : sample,
    }),
  );
  const results = await writeSynthetic(join(folder, "results"), records);
  await renderReport(results, join(folder, "out"));
  address = pathToFileURL(join(folder, "out", "report.html")).href;
});

afterAll(() => browser?.[Symbol.asyncDispose]());

beforeEach(({ skip }) => skip(chromiumPath === undefined, "Chromium is not installed: apt-get install chromium"));

async function opened(look: PageLook = {}): Promise<Page> {
  if (browser === undefined) throw new TypeError("the browser was started before");
  const page = await browser.open(address, look);
  if (look.javaScriptEnabled !== false) await page.waitForSelector(".bars path");
  return page;
}

const drawn = (page: Page) => page.locator(".canvas .bars path");

test("systems, values, axis and published values are switched, and the figure follows", async () => {
  const page = await opened();
  await expect.poll(() => drawn(page).count()).toBe(4);
  await page.getByLabel("native", { exact: true }).click();
  await expect.poll(() => drawn(page).count()).toBe(2);
  await page.getByLabel("absolute, ms").click();
  await expect.poll(() => drawn(page).count()).toBe(4); // gVisor and Valve
  await page.getByLabel("logarithmic").click();
  await expect.poll(() => page.locator(".canvas svg").textContent()).toContain("ms, logarithmic");
  await page.context().close();
});

test("what is pointed at or focused tells its numbers; Enter and a click open its function", async () => {
  const page = await opened();
  await drawn(page).first().hover();
  const tooltip = page.locator(".tooltip");
  await expect.poll(() => tooltip.textContent()).toMatch(/product-photos-report, native.*relative to gVisor.*n = /);
  await drawn(page).first().focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("End");
  await expect.poll(() => tooltip.textContent()).toContain("product-purchase-publish, Valve");
  await page.keyboard.press("Escape");
  await expect.poll(() => tooltip.isVisible()).toBe(false);
  await page.keyboard.press("Enter");
  const section = page.locator("#function-product-purchase-publish");
  await expect.poll(() => section.getAttribute("open")).toBe("");
  expect(page.url()).toMatch(/#function-product-purchase-publish$/);
  await drawn(page).first().click();
  await expect.poll(() => page.locator("#function-product-photos-report").getAttribute("open")).toBe("");
  await page.context().close();
});

test("a table is sorted by its headings and filtered, and rows keep their function's name", async () => {
  const page = await opened();
  const table = page.locator("table").filter({ hasText: "Ratio [95 %]" }).filter({ hasText: "geometric mean" });
  const firsts = () => table.locator("tbody tr:visible td:first-child").allTextContents();
  const before = await firsts();
  expect(before).toContain("");
  const heading = table.locator("th").filter({ hasText: "Median ms" });
  await heading.getByRole("button").click();
  expect(await heading.getAttribute("aria-sort")).toBe("ascending");
  const medians = (await table.locator("tbody td:nth-child(4)").allTextContents())
    .filter((text) => text !== "")
    .map(Number);
  expect(medians).toEqual(medians.toSorted((a, b) => a - b));
  expect(await firsts()).not.toContain("");
  await heading.getByRole("button").press("Enter");
  expect(await heading.getAttribute("aria-sort")).toBe("descending");
  await heading.getByRole("button").press("Enter");
  expect(await heading.getAttribute("aria-sort")).toBeNull();
  expect(await firsts()).toEqual(before);
  await page.getByLabel("Filter rows").first().fill("publish");
  expect(await firsts()).toEqual(Array(4).fill("product-purchase-publish"));
  await page.context().close();
});

test("on paper every section is open, and the printed figure replaces the switches", async () => {
  const page = await opened();
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".controls").isVisible()).toBe(false);
  expect(await page.locator(".still.wide").isVisible()).toBe(true);
  expect(await page.locator("details.function table").first().isVisible()).toBe(true);
  await page.context().close();
});

test.for([390, 1280, 2560])("at %i px there is one figure, and nothing is wider than the screen", async (width) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await opened({ width, javaScriptEnabled });
    expect(await scrollWidthPx(page)).toBe(width);
    expect(await page.locator("figure.explore .still:visible").count()).toBe(javaScriptEnabled ? 0 : 1);
    for (const picture of await page.locator("figure.explore svg:visible").all()) {
      const box = await picture.boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    await unfoldAll(page);
    expect(await scrollWidthPx(page)).toBe(width);
    await page.context().close();
  }
});

test.for(["light", "dark"] as const)(
  "a table wider than a %s phone shows that it can be scrolled",
  async (colorScheme) => {
    const page = await opened({ width: 390, colorScheme });
    await unfoldAll(page);
    const boxes = `[...document.querySelectorAll("div.scroll")].filter((box) => box.scrollWidth > box.clientWidth)`;
    const ends = await page.evaluate(`${boxes}.map((box) => getComputedStyle(box).backgroundAttachment)`);
    const [first, ...others] = new Set(ends as readonly string[]);
    expect([first, others]).toEqual(["local, local, scroll, scroll", []]); // covers that move away from shades that stay
    await page.context().close();
  },
);

test("without scripts the figure is a picture, its bars links, and the sections can be opened", async () => {
  const page = await opened({ width: 390, javaScriptEnabled: false });
  expect(await page.locator(".controls").isVisible()).toBe(false);
  expect(await page.locator(".still.narrow svg a").count()).toBe(4);
  await page.locator("#function-product-photos-report summary").first().click();
  expect(await page.locator("#function-product-photos-report").getAttribute("open")).toBe("");
  await page.context().close();
});

test.for(["light", "dark"] as const)(
  "axe finds nothing serious in the %s page with all sections open",
  async (colorScheme) => {
    const page = await opened({ colorScheme, width: colorScheme === "dark" ? 390 : 1280 });
    expect(await seriousProblems(page)).toEqual([]);
    await page.context().close();
  },
);
