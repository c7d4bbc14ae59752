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
