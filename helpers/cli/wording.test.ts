/** The lint of sentences: part of `npm run check`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { turns, wordingProblems } from "./wording.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const ownExamples = /^helpers\/cli\/wording(\.test)?\.ts$/;

const files = ["docs", "fixtures", "helpers", "reports", "suites", ".ci", ".github"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .concat(readdirSync(root))
  .filter(
    (path) => /\.(ts|md|sh|yml)$/.test(path) && !/^reports\/(results|out)\//.test(path) && !ownExamples.test(path),
  );

test("no code, message or document has a turn that readers stumble over", () => {
  const problems = files.flatMap((path) => wordingProblems(path, readFileSync(join(root, path), "utf8")));
  expect(problems.join("\n")).toBe("");
});

test.for(turns.map(({ example, instead }) => [example, instead] as const))("%j is found", ([example, instead]) => {
  expect(wordingProblems("x.md", example)).toEqual([`x.md:1: ${example}\n    write: ${instead}`]);
});

test.for(['hint: "run it"', "hint: `run ${it}`", 'hint:\n  selector === undefined\n    ? "run it" : "Run it"'])(
  "the hint %j is found",
  (text) => {
    expect(wordingProblems("x.ts", text)).toHaveLength(1);
  },
);

test.for([
  "There is no file",
  "it is no longer there",
  'hint: "Run it."',
  "no server was found",
  "hint: `${runtime} fails`",
])("%j may stay", (text) => {
  expect(wordingProblems("x.ts", text)).toEqual([]);
});
