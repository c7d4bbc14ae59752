import { expect, test } from "vitest";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import { chosenProjects } from "./chosen-projects.ts";
import { titleOf } from "./selected-tests.ts";

const of = (...words: readonly string[]) => chosenProjects(["node", "/x/node_modules/vitest/vitest.mjs", ...words]);

test.for(measuredFunctions.map(({ label }) => label))("-t %s alone means the benchmark of that function", (label) => {
  expect(of("run", "-t", label)).toEqual(["kalium"]);
  expect(of("run", `--testNamePattern=${label}`, "--bail", "1")).toEqual(["kalium"]);
});

test("with an application of the user's, -t means its calls, and nothing else is measured by accident", () => {
  const argv = (...words: readonly string[]) => ["node", "/x/node_modules/vitest/vitest.mjs", "run", ...words];
  expect(chosenProjects(argv("-t", "hello"), "my/stack.yml")).toEqual(["app"]);
  expect(chosenProjects(argv(), "my/stack.yml")).toEqual(["unit", "contract", "smoke"]);
  expect(chosenProjects(argv("suites/app"), "my/stack.yml")).toBeUndefined();
});

test("without a folder nothing else is measured", () => {
  expect(measuredFunctions.map(titleOf)).not.toContain("a busy machine");
  for (const words of [[], ["-t", "a busy machine"], ["--bail", "1"], ["-t", "("]]) {
    expect(of("run", ...words)).toEqual(["unit", "contract", "smoke"]);
  }
});

test("what the command line names itself stays as it is", () => {
  expect(of("run", "suites/load", "-t", "product-photos-report")).toBeUndefined();
  expect(of("run", "--project", "load", "-t", "product-photos-report")).toBeUndefined();
  expect(of("run", "--project=load")).toBeUndefined();
  expect(chosenProjects(["node", "/x/some-editor.js", "run"])).toBeUndefined();
});
