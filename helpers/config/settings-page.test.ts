import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingsPage } from "./settings-page.ts";
import type { Variable } from "./variable.ts";
import { variables } from "./variables.ts";

const page = new URL("../../docs/settings.md", import.meta.url);

test("docs/settings.md lists exactly the settings that exist", () => {
  expect(readFileSync(page, "utf8"), "run `npm run docs`").toBe(settingsPage());
});

test("every section begins with a setting, the first one included", () => {
  const tables = settingsPage().split("\n## ").slice(1);
  expect(tables.length).toBeGreaterThan(10);
  for (const table of tables) expect(table).toMatch(/^[^\n]+\n\n\| Setting .*\n\| --- .*\n\| `KALIUM_/);
});

test("every setting has a default and a meaning without cell separators", () => {
  for (const [name, { preset, shownDefault, meaning }] of Object.entries<Variable>(variables)) {
    expect(shownDefault ?? preset, name).toMatch(/./);
    expect(meaning, name).toMatch(/^[^|\n]+$/);
  }
});

test("no default contains a path of this machine", () => {
  expect(settingsPage()).not.toContain(process.cwd());
});
