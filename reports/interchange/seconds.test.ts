import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { averageOf, formatSummary, formatTimings, parseSummary, parseTimings } from "./seconds.ts";

test("a line per call, in order, to the microsecond and without rounding errors", () => {
  expect(parseTimings("0.058769\n1.000001\n0.010270\n")).toEqual({ value: [58_769_000, 1_000_001_000, 10_270_000] });
  expect(parseTimings("0.058769")).toEqual({ value: [58_769_000] });
});

test("every malformed line is named by its number, with what is wrong", () => {
  const lines = [
    "0.058769",
    "0,058769",
    "",
    "0.0587",
    "-0.058769",
    "0.058769s",
    "0.058769\r",
    "0.000000",
    "58.769000e1",
  ];
  const parsed = parseTimings(`${lines.join("\n")}\n3600.000001\n`);
  expect("problems" in parsed && parsed.problems).toEqual([
    { line: 2, text: '"0,058769" is not a number of seconds with six decimals: a decimal comma' },
    { line: 3, text: '"" is not a number of seconds with six decimals' },
    { line: 4, text: '"0.0587" is not a number of seconds with six decimals' },
    { line: 5, text: '"-0.058769" is not a number of seconds with six decimals' },
    { line: 6, text: '"0.058769s" is not a number of seconds with six decimals' },
    { line: 7, text: '"0.058769\\r" is not a number of seconds with six decimals' },
    { line: 8, text: '"0.000000": no call takes no time' },
    { line: 9, text: '"58.769000e1" is not a number of seconds with six decimals' },
    { line: 10, text: '"3600.000001" is more than an hour: seconds are expected' },
  ]);
  expect(parseTimings("")).toEqual({ problems: [{ line: 1, text: "the file is empty" }] });
});

test("a summary is one line of the artifact's form and nothing else", () => {
  expect(parseSummary("Avg: 0.041161, Stdev: 0.004513\n")).toEqual({
    value: { meanNs: 41_161_000, stdevNs: 4_513_000 },
  });
  const wrong = ["", "0.041161\n", "Avg: 0.041161\n", "Avg: nan, Stdev: 0.1\n", "Avg: 0.000000, Stdev: 0.000000\n"];
  for (const content of wrong) expect(parseSummary(content), content).toHaveProperty("problems.0.line", 1);
  expect(parseSummary("Avg: 0.041161, Stdev: 0.004513\nAvg: 0.1, Stdev: 0.1\n")).toHaveProperty("problems.0.line", 2);
});

test("what is written is what is read, to the microsecond", () => {
  const latenciesNs = [8_123_456, 1_000_000_000, 499_500];
  expect(parseTimings(formatTimings(latenciesNs))).toEqual({ value: [8_123_000, 1_000_000_000, 500_000] });
  expect(formatSummary({ meanNs: 41_161_234, stdevNs: 4_512_900 })).toBe("Avg: 0.041161, Stdev: 0.004513\n");
});

test("a single call has no deviation, hence no summary", () => {
  expect(averageOf([5])).toBeUndefined();
  expect(averageOf([1, 2, 3, 4])).toEqual({ meanNs: 2.5, stdevNs: Math.sqrt(5 / 3) });
});

/** Timings that were left in the artifact's tree, next to this project; the test does not need them. */
const raw = new URL("../../../shared/data/artifact/raw/", import.meta.url);

test.for([
  ["seclambda_11_authenticate", "0.041166", "0.004513"],
  ["seclambda_11_getprice", "0.058671", "0.006926"],
  ["seclambda_11_authorize", "0.014226", "0.002313"],
  ["seclamba_11_publish", "0.011777", "0.002072"],
] as const)("%s has 100 timings with mean %s", async ([name, mean, stdev], { skip }) => {
  const content = await readFile(new URL(name, raw), "utf8").catch(() => skip("the artifact's files are not here"));
  const parsed = parseTimings(content);
  if (!("value" in parsed)) throw new TypeError(JSON.stringify(parsed.problems));
  expect(parsed.value).toHaveLength(100);
  const average = averageOf(parsed.value);
  expect(average && formatSummary(average)).toBe(`Avg: ${mean}, Stdev: ${stdev}\n`);
  expect(formatTimings(parsed.value)).toBe(content);
});
