import { type Variable, variables } from "./variables.ts";

export interface ConfigRow {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
}

/** Every setting, in the order of `variables.ts`. */
export const configTable: readonly ConfigRow[] = Object.entries<Variable>(variables).map(
  ([name, { preset = "", shownDefault = preset, meaning }]) => ({ name, default: shownDefault, meaning }),
);

/** The README's table of settings, as Markdown in Prettier's form. */
export function renderConfigTable(): string {
  const rows = [
    ["Variable", "Default", "Meaning"],
    ...configTable.map((row) => [`\`${row.name}\``, row.default, row.meaning]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}
