import type { Finding } from "./finding.ts";

const marks = { present: "ok", missing: "MISSING", improvable: "old", absent: "-", fact: "" } as const;

/** The findings as a table for people. */
export function renderFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ state, name, version, path, note }) => [
    marks[state],
    name,
    version ?? "",
    path ?? "",
    note,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
