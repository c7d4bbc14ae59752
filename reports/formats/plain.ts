import type { ReportDocument, Section, Table } from "../tables/document.ts";

/** A whole report for the terminal. */
export const toPlain = ({ title, lead = [], sections }: ReportDocument): string =>
  `${[underlined(title, "="), ...lead, ...sections.map(section)].join("\n\n")}\n`;

const section = ({ title, paragraphs = [], table, commands = [] }: Section): string =>
  [
    underlined(title, "-"),
    ...paragraphs,
    ...(table === undefined ? [] : ["", toPlainTable(table)]),
    ...(commands.length === 0 ? [] : ["", ...commands.map((command) => `  ${command}`)]),
  ].join("\n");

const underlined = (title: string, line: string): string => `${title}\n${line.repeat(title.length)}`;

/**
 * A table in columns for the terminal: no colour, no control characters. Where it is wider than `width` characters, what
 * several rows have in common stands above them, and then columns of detail are left out, too.
 */
export function toPlainTable(table: Table, width = Infinity): string {
  const full = inColumns(table);
  if (fits(full, width)) return full;
  const arranged = table.rows.some(([first]) => first === "") ? inGroups : inColumns;
  const all = arranged(table);
  if (fits(all, width) || !table.columns.some(({ detail }) => detail)) return all;
  return `${arranged(withoutDetail(table))}\n(more columns are in the report)`;
}

const fits = (text: string, width: number): boolean => text.split("\n").every(({ length }) => length <= width);

function inColumns({ columns, rows }: Table): string {
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

/** The first column's texts on lines of their own, each above the rows up to the next. */
function inGroups({ columns, rows }: Table): string {
  const [head = "", rule = "", ...lines] = inColumns({
    columns: columns.slice(1),
    rows: rows.map((row) => row.slice(1)),
  }).split("\n");
  const indented = lines.flatMap((line, index) => {
    const group = rows[index]?.[0] ?? "";
    return [...(group === "" ? [] : [group]), `  ${line}`];
  });
  return [`  ${head}`, `  ${rule}`, ...indented].join("\n");
}

function withoutDetail({ columns, rows }: Table): Table {
  const kept = (_: unknown, index: number): boolean => columns[index]?.detail !== true;
  return { columns: columns.filter(kept), rows: rows.map((row) => row.filter(kept)) };
}
