/** The lint of names: part of `npm run check`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Not of fixtures/: those programs may import nothing of ours, and some of their modules stand in for others. */
const files = ["helpers", "reports"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((path) => path.endsWith(".ts") && !/^reports\/(results|out)\//.test(path));

const exportedNames = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^export (?:async )?(?:function\*?|const|interface|type|class) (\w+)/gm)].map(
      ([, name = ""]) => name,
    ),
  );

test("an exported name is defined in one file", () => {
  const definitions = files.flatMap((path) =>
    [...exportedNames(readFileSync(join(root, path), "utf8"))].map((name) => ({ name, path })),
  );
  const twice = [...Map.groupBy(definitions, ({ name }) => name)]
    .filter(([, places]) => places.length > 1)
    .map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(", ")}`);
  expect(definitions.length).toBeGreaterThan(1_000);
  expect(twice).toEqual([]);
});

test("all kinds of definitions are found, and re-exports are none", () => {
  const text =
    "export const a = 1;\nexport async function b() {}\nexport interface C {}\nexport { d } from './d.ts';\n";
  expect([...exportedNames(text)]).toEqual(["a", "b", "C"]);
});
