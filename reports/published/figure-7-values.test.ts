import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { publishedFigure7, publishedRejected, publishedRounds, rises, stepsOf } from "./figure-7-values.ts";

const curve = (column: string) => {
  const found = publishedFigure7.find((of) => of.column === column);
  if (found === undefined) throw new Error(`no curve ${column}`);
  return found;
};

test("a value holds from its step to the next", () => {
  expect([1, 2, 24, 25, 583, 584, 1000].map((rounds) => publishedRejected(curve("hello"), rounds))).toEqual([
    616, 114, 54, 44, 2, 0, 0,
  ]);
});

test("of the seven curves one rises, MapReduce's", () => {
  expect(publishedFigure7).toHaveLength(7);
  expect(publishedFigure7.filter(rises).map(({ column }) => column)).toEqual(["map"]);
});

/** The artifact's file, next to this project; the test does not need it. */
const artifact = new URL("../../../shared/data/artifact/figures/graph_error_conv.csv", import.meta.url);

test("the steps are those of the artifact's file", async ({ skip }) => {
  const text = await readFile(artifact, "utf8").catch(() => skip("the artifact's files are not here"));
  const [head = [], ...rows] = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  expect(head).toEqual(["no", ...publishedFigure7.map(({ column }) => column)]);
  expect(rows.map(([no]) => Number(no))).toEqual(Array.from({ length: publishedRounds }, (_, at) => at + 1));
  for (const [at, { steps }] of publishedFigure7.entries()) {
    expect(stepsOf(rows.map((row) => Number(row[at + 1])))).toEqual(steps);
  }
});
