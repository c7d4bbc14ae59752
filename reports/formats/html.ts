import { inScript } from "../page/script.ts";
import { pageStyle } from "../page/style.ts";
import type { ReportDocument, Section } from "../tables/document.ts";
import { escapeHtml } from "./escape-html.ts";
import { htmlTable, paragraph } from "./html-table.ts";

export interface PageParts {
  /** An SVG, or markup around several; put in as it is. */
  readonly figure?: string;
  /** Markup between the figure and the sections, put in as it is. */
  readonly functions?: string;
  /** What runs when the page is open, in order. */
  readonly scripts?: readonly string[];
}

/** One file, nothing loaded from elsewhere. */
export function toHtml(
  { title, lead = [], sections }: ReportDocument,
  { figure = "", functions = "", scripts = [] }: PageParts,
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
${pageStyle}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${lead.length === 0 ? "" : `<div class="lead">${lead.map(paragraph).join("\n")}</div>\n`}${figure === "" || figure.startsWith("<figure") ? figure : `<figure>${figure}</figure>`}
${functions}
${sections.map(section).join("\n")}
</main>
${scripts.map((script) => `<script>${inScript(script)}</script>`).join("\n")}
</body>
</html>
`;
}

function section({ title, paragraphs = [], picture, explore, table, commands, folded = false }: Section): string {
  const heading = `<h2>${escapeHtml(title)}</h2>`;
  const figure = explore ?? (picture && `<figure>${picture.svg}</figure>`);
  const content = [
    ...paragraphs.map(paragraph),
    ...(figure === undefined ? [] : [figure]),
    ...(table === undefined ? [] : [htmlTable(table)]),
    ...(commands === undefined ? [] : [`<pre>${escapeHtml(commands.join("\n"))}</pre>`]),
  ];
  return folded
    ? [`<details><summary>${heading}</summary>`, ...content, "</details>"].join("\n")
    : [heading, ...content].join("\n");
}
