import { readFileSync } from "node:fs";
import { format } from "prettier";
import { expect, test } from "vitest";
import { configTable, renderConfigTable } from "./table.ts";

const readme = new URL("../../README.md", import.meta.url);
const section = /<!-- settings -->(.*)<!-- \/settings -->/s;

test("the README lists exactly the settings that exist", ({ skip }) => {
  let text = "";
  try {
    text = readFileSync(readme, "utf8");
  } catch {
    skip("there is no README.md");
  }
  const table = section.exec(text)?.[1] ?? skip("README.md has no settings markers");
  expect(table.trim(), "paste the output of renderConfigTable()").toBe(renderConfigTable());
});

test("every setting has a default and a meaning without cell separators", () => {
  for (const row of configTable) {
    expect(row.default, row.name).not.toBe("");
    expect(row.meaning, row.name).toMatch(/^[^|\n]+$/);
  }
});

test("no default betrays a path of this machine", () => {
  expect(renderConfigTable()).not.toContain(process.cwd());
});

test("the table is formatted as Prettier would", async () => {
  expect(await format(renderConfigTable(), { parser: "markdown", printWidth: 120 })).toBe(`${renderConfigTable()}\n`);
});
