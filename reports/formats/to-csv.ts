/** CSV as RFC 4180 has it, with a header line and `\n`. Absent values are empty. */
type Value = string | number | boolean | undefined;

/** The first row's keys are the header. */
export function toCsv(rows: readonly Readonly<Record<string, Value>>[]): string {
  const [first] = rows;
  if (first === undefined) return "";
  const lines = [Object.keys(first).join(","), ...rows.map((row) => Object.values(row).map(field).join(","))];
  return `${lines.join("\n")}\n`;
}

const field = (value: Value): string => {
  const text = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
