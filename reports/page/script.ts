/** The scripts of the page as text, so that it is one file: Vega as it is published, and what is in `browser/`. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

export interface PageScripts {
  /** The page's own: sorts tables, opens sections, and draws the chart if there is one. */
  readonly page: string;
  /** 0.5 MB; only where there is a chart. */
  readonly vega: string;
}

export async function pageScripts(): Promise<PageScripts> {
  const vegaFile = join(dirname(createRequire(import.meta.url).resolve("vega")), "vega.min.js");
  const [page, vega] = await Promise.all([bundled(), readFile(vegaFile, "utf8")]);
  return { page, vega: `/* Vega, BSD-3-Clause, https://vega.github.io */\n${vega}` };
}

async function bundled(): Promise<string> {
  const input = fileURLToPath(new URL("browser/main.ts", import.meta.url));
  await using build = await rolldown({ input, platform: "browser", logLevel: "silent" });
  const { output } = await build.generate({ format: "iife", minify: true });
  return output[0].code;
}

/** Text that stands in a `script` element must not end it. */
export const inScript = (text: string): string => text.replaceAll(/<(?=\/script|script|!--)/gi, "\\x3C");

export const jsonInScript = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003C");
