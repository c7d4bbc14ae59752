import { describe, expect, test } from "vitest";
import { measuredFunctions } from "../../fixtures/flows/index.ts";
import { selectedLabels } from "../testbed/run/selected-tests.ts";
import { benchArguments } from "./bench-selection.ts";

function labelsOf(...words: readonly string[]): readonly string[] {
  const given = benchArguments(words);
  const at = given.indexOf("-t");
  const [pattern = "", ...rest] = given.slice(at + 1);
  expect(rest).toEqual([]);
  const selected = selectedLabels(new RegExp(pattern), given.slice(0, at));
  expect(selected, "every file that is named has one of them").toEqual(selectedLabels(new RegExp(pattern)));
  return selected;
}

test.for(measuredFunctions.map(({ label }) => label))("the label %s selects that function alone", (label) => {
  expect(labelsOf(label)).toEqual([label]);
  expect(labelsOf(`${label}*`)).toEqual([label]);
});

test("a flow selects its functions, several words all of theirs, a part of a name all that have it", () => {
  expect(labelsOf("product-purchase")).toHaveLength(4);
  expect(labelsOf("microbenchmark")).toEqual(["microbenchmark"]);
  expect(labelsOf("product-photos-report", "product-purchase-publish")).toEqual([
    "product-photos-report",
    "product-purchase-publish",
  ]);
  expect(labelsOf("builder")).toEqual(["product-catalog-builder-image", "product-catalog-builder-product"]);
});

test("an application file that lost its option to npm is refused with the command that was meant", () => {
  expect(() => benchArguments(["my/stack.yml"])).toThrow(
    /my\/stack\.yml .*\n {2}-> Type npm run bench -- --app my\/stack\.yml$/,
  );
});

describe("what is handed to Vitest", () => {
  const flows = ["microbenchmark", "product-photos", "product-purchase", "productCatalogApi"];
  const all = flows.map((flow) => `suites/kalium/${flow}.suite.ts`);
  test.for<[readonly string[], readonly string[]]>([
    [[], all],
    [
      ["-t", "product-photos"],
      ["suites/kalium", "-t", "product-photos"],
    ],
    [["--reporter=junit"], [...all, "--reporter=junit"]],
    [["suites/kalium/microbenchmark.suite.ts"], ["suites/kalium/microbenchmark.suite.ts"]],
    [["policy-accuracy"], ["suites/kalium/policy-accuracy"]],
    [
      ["--bail", "1", "microbenchmark"],
      ["suites/kalium/microbenchmark.suite.ts", "-t", " > microbenchmark\\*?$", "--bail", "1"],
    ],
    [["product-photos-report"], ["suites/kalium/product-photos.suite.ts", "-t", " > product-photos-report\\*?$"]],
  ])("%j: %j", ([words, passed]) => {
    expect(benchArguments(words)).toEqual(passed);
  });
});

test("what selects nothing is refused with what there is, and so are two selections at once", () => {
  expect(() => benchArguments(["product-fotos"])).toThrow(/is called product-fotos; did you mean product-photos\?/);
  expect(() => benchArguments(["nonsense"])).toThrow(
    /Name flows \(microbenchmark, product-photos, .*microbenchmark\n     /s,
  );
  expect(() => benchArguments(["suites/nothing"])).toThrow(/there is no suite suites\/nothing/);
  expect(() => benchArguments(["microbenchmark", "-t", "x"])).toThrow(/selected twice/);
});
