import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { figureFunctions } from "../figures/figure-order.ts";
import { publishedFigure8, publishedSeries } from "./figure-8-values.ts";
import { describePublished, publishedValue } from "./published-value.ts";

const described = (label: string, series: (typeof publishedSeries)[number]): string => {
  const value = publishedValue(label, series);
  return value === undefined ? "absent" : describePublished(value);
};

test("the paper has a value for each of the 17 functions and three systems", () => {
  expect(Object.keys(publishedFigure8)).toEqual(figureFunctions.map(({ label }) => label));
  expect(publishedValue("something-else", "valve")).toBeUndefined();
});

test("cut, misspelt and doubtful cells are marked, sound ones are plain", () => {
  expect(described("product-photos-receive", "kalium")).toBe("1.33");
  expect(described("microbenchmark", "valve")).toBe("≥ 5 (cut)");
  expect(described("product-catalog-api-products", "trapeze")).toBe("≥ 5 (cut)");
  expect(described("product-master-photos", "kalium")).toBe("1.06 (1,06 read as 1.06)");
  expect(described("product-purchase-getprice", "kalium")).toBe("1.52 (same as Valve's)");
  expect(described("product-purchase-getprice", "valve")).toBe("1.52 (same as Kalium's)");
});

test("4 cells are cut, 1 has a decimal comma, and 6 functions have one number for Kalium and Valve", () => {
  const cells = publishedSeries.flatMap((series) =>
    figureFunctions.map(({ label }) => ({ series, value: publishedValue(label, series) })),
  );
  const noted = (pattern: RegExp): number =>
    cells.filter(({ value }) => value?.notes.some((n) => pattern.test(n))).length;
  expect([noted(/^cut$/), noted(/read as/), noted(/^same as/)]).toEqual([4, 1, 12]);
});

test("the geometric means are those that one gets from the published files", () => {
  const means = publishedSeries.map((series) => {
    const logs = figureFunctions.map(({ label }) => Math.log(publishedValue(label, series)?.ratio ?? NaN));
    return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length).toFixed(3);
  });
  expect(means).toEqual(["1.147", "1.405", "2.914"]);
});

/** The artifact's files, next to this project; the test does not need them. */
const artifact = new URL("../../../shared/data/artifact/figures/", import.meta.url);

test.for([
  ["kalium", "seclats_trimmed.csv"],
  ["valve", "valvelats_trimmed.csv"],
  ["trapeze", "trapezelats_trimmed.csv"],
] as const)("%s is as in the artifact's %s", async ([series, file], { skip }) => {
  const text = await readFile(new URL(file, artifact), "utf8").catch(() => skip("the artifact's files are not here"));
  const rows = text.trimEnd().split("\n").slice(1);
  const ours = figureFunctions.map(
    ({ label, starred }) => `${label}${starred ? "*" : ""}, ${publishedFigure8[label]?.[series]}`,
  );
  expect(rows).toEqual(ours);
});
