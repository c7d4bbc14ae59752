/** Pages in a real browser, for contract tests. */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";

export const chromiumPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

/** Of one action, on a machine that is busy. */
const deadlineMs = 240_000;

export interface PageLook {
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
  readonly javaScriptEnabled?: boolean;
}

export interface PageBrowser extends AsyncDisposable {
  /** For what is opened; removed with the browser. */
  readonly folder: string;
  /** Fails on an error of the page, and on a request to anything but a file. The caller closes its context. */
  readonly open: (address: string, look?: PageLook) => Promise<Page>;
}

export async function startPageBrowser(): Promise<PageBrowser> {
  if (chromiumPath === undefined) throw new TypeError("the test is skipped without Chromium");
  const folder = await mkdtemp(join(tmpdir(), "kalium-bench-test-"));
  const browser: Browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox"],
    timeout: deadlineMs,
  });
  return {
    folder,
    open: async (address, { width = 1280, ...look } = {}) => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, ...look });
      context.setDefaultTimeout(deadlineMs);
      const page = await context.newPage();
      page.on("pageerror", (error) => {
        throw error;
      });
      page.on("request", (request) => {
        if (!/^(file|data):/.test(request.url())) throw new Error(`the page asks for ${request.url()}`);
      });
      await page.goto(address);
      return page;
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const unfoldAll = (page: Page): Promise<unknown> =>
  page.evaluate(`document.querySelectorAll("details").forEach((one) => (one.open = true))`);

/** What axe-core calls serious or critical, with all sections open. */
export async function seriousProblems(page: Page): Promise<unknown> {
  await unfoldAll(page);
  await page.addScriptTag({
    content: await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"),
  });
  return page.evaluate(
    `axe.run().then(({ violations }) => violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(" | ")))`,
  );
}

export const scrollWidthPx = (page: Page): Promise<unknown> => page.evaluate("document.scrollingElement.scrollWidth");

/** Texts of visible figures that a reader sees with less than 12 px, with their size. */
export const smallTexts = (page: Page): Promise<unknown> =>
  page.evaluate(`[...document.querySelectorAll("figure svg text")].flatMap((text) => {
    if (text.textContent === "" || text.getClientRects().length === 0) return [];
    const { a, b } = text.getScreenCTM();
    const px = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
    return px < 11.99 ? [text.textContent + ": " + px.toFixed(1)] : [];
  })`);

export interface WideTable {
  /** What is said above it. */
  readonly hint: string;
  /** When it is scrolled to its end. */
  readonly firstLeftPx: number;
  readonly firstWidthPx: number;
  readonly boxLeftPx: number;
}

/** Tables that are wider than their place, each scrolled to its end. */
export const wideTables = (page: Page): Promise<readonly WideTable[]> =>
  page.evaluate<readonly WideTable[]>(`[...document.querySelectorAll("div.scroll")].flatMap((box) => {
    if (box.scrollWidth <= box.clientWidth) return [];
    box.scrollLeft = box.scrollWidth;
    const cells = [...(box.querySelector("tbody tr")?.cells ?? [])];
    const first = cells.find((cell) => cell.getClientRects().length > 0).getBoundingClientRect();
    const hint = box.previousElementSibling;
    return [{
      hint: hint.hidden ? "" : hint.textContent,
      firstLeftPx: first.left,
      firstWidthPx: first.width,
      boxLeftPx: box.getBoundingClientRect().left,
    }];
  })`);
