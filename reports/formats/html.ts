import type { ReportDocument, Section, Table } from "../tables/document.ts";

/** One file, nothing loaded from elsewhere; `svg` is put in as it is. */
export function toHtml({ title, lead = [], sections }: ReportDocument, svg: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; --ink: #111; --paper: #fff; --line: #ddd; --soft: #f3f3f3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #16181c; --line: #3a3d44; --soft: #24272d; } }
body { font: 15px/1.45 "DejaVu Sans", system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--paper); }
p, figure { max-width: 64rem; }
figure { margin: 0; overflow-x: auto; }
figure svg { background: #fff; }
svg.marks { width: 100%; min-width: 40rem; height: auto; }
h2 { margin-top: 2.2rem; font-size: 1.1rem; }
div.lead { border-left: 4px solid #0072b2; padding-left: 1rem; }
details { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: 0.5rem 0; }
summary h2 { display: inline; margin: 0; font-size: 1rem; }
div.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.7rem 0.15rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
.right { text-align: right; }
.right, .short { white-space: nowrap; }
pre, code { background: var(--soft); }
pre { padding: 0.7rem; overflow-x: auto; }
@media print { details::details-content { display: block; } }
</style>
</head>
<body>
<h1>${escape(title)}</h1>
${lead.length === 0 ? "" : `<div class="lead">${lead.map(paragraph).join("\n")}</div>\n`}<figure>${svg}</figure>
${sections.map(section).join("\n")}
</body>
</html>
`;
}

function section({ title, paragraphs = [], picture, table, commands, folded = false }: Section): string {
  const heading = `<h2>${escape(title)}</h2>`;
  const content = [
    ...paragraphs.map(paragraph),
    ...(picture === undefined ? [] : [`<figure>${picture.svg}</figure>`]),
    ...(table === undefined ? [] : [htmlTable(table)]),
    ...(commands === undefined ? [] : [`<pre>${escape(commands.join("\n"))}</pre>`]),
  ];
  return folded
    ? [`<details><summary>${heading}</summary>`, ...content, "</details>"].join("\n")
    : [heading, ...content].join("\n");
}

/** Commands stand between backticks. */
const paragraph = (text: string): string => `<p>${escape(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>")}</p>`;

function htmlTable({ columns, rows }: Table): string {
  const tag = (name: "th" | "td", text: string, index: number): string =>
    `<${name}${classOf(columns[index]?.align, text)}>${escape(text)}</${name}>`;
  const head = columns.map(({ title }, index) => tag("th", title, index)).join("");
  const body = rows.map((row) => `<tr>${row.map((text, index) => tag("td", text, index)).join("")}</tr>`);
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

/** Names of functions and systems stay on one line; only sentences wrap. */
const shortLength = 32;

function classOf(align: "left" | "right" | undefined, text: string): string {
  if (align === "right") return ' class="right"';
  return text.length <= shortLength && /[ -]/.test(text) ? ' class="short"' : "";
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
