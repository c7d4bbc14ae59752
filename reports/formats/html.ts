import type { ReportDocument, Section, Table } from "../tables/document.ts";

/** One file, nothing loaded from elsewhere; `svg` is put in as it is. */
export function toHtml({ title, sections }: ReportDocument, svg: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>
body { font: 15px/1.45 "DejaVu Sans", system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; color: #111; }
p, figure { max-width: 64rem; }
figure { margin: 0; overflow-x: auto; }
svg.marks { width: 100%; min-width: 40rem; height: auto; }
h2 { margin-top: 2.2rem; font-size: 1.1rem; }
div.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.7rem 0.15rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd; }
.right { text-align: right; }
.right, .short { white-space: nowrap; }
pre { background: #f3f3f3; padding: 0.7rem; overflow-x: auto; }
</style>
</head>
<body>
<h1>${escape(title)}</h1>
<figure>${svg}</figure>
${sections.map(section).join("\n")}
</body>
</html>
`;
}

const section = ({ title, paragraphs = [], picture, table, commands }: Section): string =>
  [
    `<h2>${escape(title)}</h2>`,
    ...paragraphs.map((text) => `<p>${escape(text)}</p>`),
    ...(picture === undefined ? [] : [`<figure>${picture.svg}</figure>`]),
    ...(table === undefined ? [] : [htmlTable(table)]),
    ...(commands === undefined ? [] : [`<pre>${escape(commands.join("\n"))}</pre>`]),
  ].join("\n");

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
