import type { ReportDocument, Section, Table } from "../tables/document.ts";
import { inLines } from "../terminal-text.ts";

/** A whole report for the terminal, of `width` characters. */
export const toPlain = ({ title, lead = [], sections }: ReportDocument, width = Infinity): string =>
  `${[underlined(title, "="), ...lead.map((text) => inLines(text, width)), ...sections.map((one) => section(one, width))].join("\n\n")}\n`;

const section = ({ title, paragraphs = [], table, commands = [] }: Section, width: number): string =>
  [
    underlined(title, "-"),
    ...paragraphs.map((text) => inLines(text, width)),
    ...(table === undefined ? [] : ["", toPlainTable(table, width)]),
    ...(commands.length === 0 ? [] : ["", ...commands.map((command) => `  ${command}`)]),
  ].join("\n");

const underlined = (title: string, line: string): string => `${title}\n${line.repeat(title.length)}`;

/**
 * A table in columns for the terminal: no colour, no control characters. Where it is wider than `width` characters, what
 * several rows have in common stands above them, then columns of detail are left out, and the last column's texts go on
 * in further lines.
 */
export function toPlainTable(table: Table, width = Infinity): string {
  const full = inColumns(table);
  if (fits(full, width)) return full;
  const arranged = table.rows.some(([first]) => first === "") ? inGroups : inColumns;
  const all = arranged(table);
  if (fits(all, width)) return all;
  const detailed = table.columns.some(({ detail }) => detail);
  const kept = detailed ? withoutDetail(table) : table;
  // A name in every row stands in a column, unless only the lines above the rows have room for it.
  const forms = table.columns.length > 2 ? [arranged, inGroups] : [arranged];
  const text = forms.map((form) => form(kept, width)).find((each) => fits(each, width));
  return `${text ?? arranged(kept, width)}${detailed ? "\n(more columns are in the report)" : ""}`;
}

const fits = (text: string, width: number): boolean => text.split("\n").every(({ length }) => length <= width);

interface LaidOut {
  readonly head: readonly string[];
  /** The lines of each row: several where its last text is long. */
  readonly rows: readonly (readonly string[])[];
}

/** Narrower than this, sentences are hard to read: the line may then be longer than the terminal. */
const leastLast = 16;

function laidOut({ columns, rows }: Table, width: number): LaidOut {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((sum, of) => sum + of + 2, 0);
  const forLast = columns[last]?.align === "left" ? Math.max(leastLast, width - before) : Infinity;
  widths[last] = Math.min(widths[last] ?? 0, forLast);
  const lines = (row: readonly string[]): readonly string[] => {
    const [text = "", ...further] = inLines(row[last] ?? "", forLast).split("\n");
    const cells = columns.map(({ align }, index) => {
      const own = index === last ? text : (row[index] ?? "");
      return align === "right" ? own.padStart(widths[index] ?? 0) : own.padEnd(widths[index] ?? 0);
    });
    return [cells.join("  ").trimEnd(), ...further.map((more) => `${" ".repeat(before)}${more}`)];
  };
  return { head: [...lines(all[0] ?? []), widths.map((of) => "-".repeat(of)).join("  ")], rows: rows.map(lines) };
}

function inColumns(table: Table, width = Infinity): string {
  const { head, rows } = laidOut(table, width);
  return [...head, ...rows.flat()].join("\n");
}

/** The first column's texts on lines of their own, each above the rows up to the next. */
function inGroups({ columns, rows }: Table, width = Infinity): string {
  const { head, rows: laid } = laidOut({ columns: columns.slice(1), rows: rows.map((row) => row.slice(1)) }, width - 2);
  const grouped = laid.flatMap((lines, index) => {
    const group = rows[index]?.[0] ?? "";
    return [...(group === "" ? [] : [group]), ...lines.map((line) => `  ${line}`)];
  });
  return [...head.map((line) => `  ${line}`), ...grouped].join("\n");
}

/** A row of which nothing but its name would be left goes as well. */
function withoutDetail({ columns, rows }: Table): Table {
  const kept = (_: unknown, index: number): boolean => columns[index]?.detail !== true;
  const shown = rows.map((row) => row.filter(kept)).filter(([, ...texts]) => texts.some((text) => text !== ""));
  return { columns: columns.filter(kept), rows: shown };
}
