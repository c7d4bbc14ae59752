import type { Table } from "../tables/document.ts";
import { escapeHtml } from "./escape-html.ts";

/** Commands stand between backticks. */
export const paragraph = (text: string): string =>
  `<p>${escapeHtml(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>")}</p>`;

/**
 * Sorted and filtered by the page's script, where it runs. The first column stays where it is while the others are scrolled.
 * Where it says what the names in the second are about, a narrow page shows it above these: `data-of` has it there.
 */
export function htmlTable({ columns, rows }: Table): string {
  const grouped = columns.length > 2 && (rows.some(([first]) => first === "") || within.has(columns[1]?.title ?? ""));
  const cells = (name: "th" | "td", row: readonly string[]): string =>
    row
      .map((text, index) => {
        const of = grouped && index === 1 && row[0] !== "" ? ` data-of="${escapeHtml(row[0] ?? "")}"` : "";
        return `<${name}${classOf(columns[index]?.align, text)}${of}>${escapeHtml(text)}</${name}>`;
      })
      .join("");
  const head = cells(
    "th",
    columns.map(({ title }) => title),
  );
  const body = rows.map((row) => `<tr>${cells("td", row)}</tr>`);
  return `<div class="scroll" tabindex="0"><table${grouped ? ' class="grouped"' : ""}><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

/** Second columns whose names mean little without those of the first. */
const within = new Set(["System", "Series", "Guard"]);

/** Names of functions and systems stay on one line; only sentences wrap. */
const shortLength = 32;

function classOf(align: "left" | "right" | undefined, text: string): string {
  if (align === "right") return ' class="right"';
  return text.length <= shortLength && /[ -]/.test(text) ? ' class="short"' : "";
}
