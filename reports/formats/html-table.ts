import type { Table } from "../tables/document.ts";
import { escapeHtml } from "./escape-html.ts";

/** Commands stand between backticks. */
export const paragraph = (text: string): string =>
  `<p>${escapeHtml(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>")}</p>`;

/** Sorted and filtered by the page's script, where it runs. */
export function htmlTable({ columns, rows }: Table): string {
  const tag = (name: "th" | "td", text: string, index: number): string =>
    `<${name}${classOf(columns[index]?.align, text)}>${escapeHtml(text)}</${name}>`;
  const head = columns.map(({ title }, index) => tag("th", title, index)).join("");
  const body = rows.map((row) => `<tr>${row.map((text, index) => tag("td", text, index)).join("")}</tr>`);
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

/** Names of functions and systems stay on one line; only sentences wrap. */
const shortLength = 32;

function classOf(align: "left" | "right" | undefined, text: string): string {
  if (align === "right") return ' class="right"';
  return text.length <= shortLength && /[ -]/.test(text) ? ' class="short"' : "";
}
