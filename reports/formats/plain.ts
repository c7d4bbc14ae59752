import type { ReportDocument, Section, Table } from "../tables/document.ts";

/** A whole report for the terminal. */
export const toPlain = ({ title, sections }: ReportDocument): string =>
  `${[underlined(title, "="), ...sections.map(section)].join("\n\n")}\n`;

const section = ({ title, paragraphs = [], table, commands = [] }: Section): string =>
  [
    underlined(title, "-"),
    ...paragraphs,
    ...(table === undefined ? [] : ["", toPlainTable(table)]),
    ...(commands.length === 0 ? [] : ["", ...commands.map((command) => `  ${command}`)]),
  ].join("\n");

const underlined = (title: string, line: string): string => `${title}\n${line.repeat(title.length)}`;

/** A table in columns for the terminal: no colour, no control characters. */
export function toPlainTable({ columns, rows }: Table): string {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const text = row[index] ?? "";
        return align === "right" ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0);
      })
      .join("  ")
      .trimEnd();
  return [line(all[0] ?? []), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}
