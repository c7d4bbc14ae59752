/** CSV as RFC 4180 has it, with a header line and `\n`. Absent values are empty; columns in ns are rounded. */
import { roundedNs } from "./rounded-ns.ts";

type Value = string | number | boolean | undefined;

/** The first row's keys are the header. */
export function toCsv(rows: readonly Readonly<Record<string, Value>>[]): string {
  const [first] = rows;
  if (first === undefined) return "";
  const lines = [Object.keys(first).join(","), ...rows.map((row) => Object.entries(row).map(field).join(","))];
  return `${lines.join("\n")}\n`;
}

const field = ([name, value]: readonly [string, Value]): string => {
  const told = typeof value === "number" && name.endsWith("_ns") ? roundedNs(value) : value;
  const text = told === undefined ? "" : String(told);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
