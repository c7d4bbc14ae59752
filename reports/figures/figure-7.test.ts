import { expect, test } from "vitest";
import { accuracyFiles } from "../accuracy/files.ts";
import { accuracyDocument, detectionTable } from "../accuracy/document.ts";
import { detectionChart } from "../accuracy/detection-chart.ts";
import { neededText, zeroFrom, zeroText } from "../accuracy/curve.ts";
import { type AccuracyRecord, accuracyRecordSchema } from "../records/accuracy-record.ts";
import { syntheticAccuracy } from "../testing/synthetic-accuracy.ts";
import { syntheticRunRecord } from "../testing/synthetic.ts";
import { figure7 } from "./figure-7.ts";

const outcome = {
  class: "skipped steps",
  variant: "only 1",
  cases: 30,
  local: 3,
  global: 17,
  prevented: 12,
  faults: 0,
};
const record: AccuracyRecord = {
  schema: "kalium-bench/accuracy@1",
  runId: "run",
  application: "Hello, Retail!",
  system: "kalium-native",
  normalise: "path",
  workloadSeed: 1,
  curve: {
    semantics: "strict",
    trainingRounds: 4,
    testRounds: 10,
    requestsPerRound: 11,
    orderSeed: 1,
    rejected: [
      [8, 4, 2, 0],
      [6, 4, 0, 0],
      [7, 5, 1, 1],
    ],
    leaveOneOut: { rounds: 14, rejected: 1 },
  },
  enforced: {
    semantics: "strict",
    rounds: 14,
    needed: [3, 5, 4],
    requests: 100,
    denied: 1,
    faults: 0,
    denials: [{ what: "x", requests: 1 }],
  },
  attacks: {
    seed: 1,
    casesPerClass: 30,
    outcomes: [
      { ...outcome, guard: "strict", detected: 20, arrived: 5 },
      { ...outcome, guard: "none", detected: 0, local: 0, global: 0, prevented: 0, arrived: 30 },
    ],
  },
  times: [{ part: "record-strict", ms: 1500 }],
};

test("the record follows its schema, and a curve with a count too few does not", () => {
  expect(accuracyRecordSchema.parse(record)).toEqual(record);
  const { curve } = record;
  expect(() => accuracyRecordSchema.parse({ ...record, curve: { ...curve, rejected: [[8, 4, 2]] } })).toThrow(
    /every order/,
  );
});

test("where the median is 0, and which orders got there, is said", () => {
  const { curve } = record;
  if (curve === undefined) throw new TypeError("no curve");
  expect(zeroFrom(curve)).toEqual({ median: 4, earliest: 3, latest: 4, reached: 2, orders: 3 });
  expect(zeroText({ ...curve, rejected: [[1, 1, 1, 1]] })).toBe("No order reached 0 within 4 rounds.");
});

test("how much training fresh requests needed is said, unless some needed more than there was", () => {
  expect(neededText([3, 9, 5])).toBe(
    "All of them are accepted after 5 rounds of training (median of 3 orders; 3 to 9).",
  );
  expect(neededText([3, null, 5])).toMatch("did not teach");
});

test("the figure draws the measured curve and the paper's, and says that one of those rises", () => {
  const text = JSON.stringify(figure7(record, { scale: "log" }));
  for (const name of [
    "Hello, Retail! (measured)",
    "HelloRetail (published)",
    "AWS-Text, SMSBot, TwilioTransc (published)",
  ]) {
    expect(text).toContain(name);
  }
  expect(text.replaceAll('","', " ")).toContain("MapReduce rises from one round to two");
  expect(JSON.stringify(figure7(record, { scale: "linear", published: false }))).not.toContain("HelloRetail");
});

test("the files are pictures, CSV in the artifact's convention, and texts; the same record gives the same bytes", async () => {
  const run = syntheticRunRecord({});
  const files = await accuracyFiles(record, run, { published: true });
  expect(files["figure-7.csv"]).toBe("no,hello\n1,700\n2,400\n3,100\n4,0\n");
  const published = String(files["figure-7-published.csv"]).split("\n");
  expect(published[0]).toBe("no,hello,code,map,aws-text,smsbot,twilio,weather");
  expect(published[1]).toBe("1,616,200,34,0,0,0,456");
  expect(published).toHaveLength(1002);
  expect(files["figure-7.svg"]).toContain("<svg");
  expect(files["accuracy.md"]).toContain("skipped steps, only 1: 10 of 30 not detected");
  expect(await accuracyFiles(record, run, { published: true })).toEqual(files);
});

test("a rate stands with its number of cases and its interval; an unguarded attack has none", () => {
  const { attacks } = record;
  if (attacks === undefined) throw new TypeError("no attacks");
  const [strict, none] = detectionTable(attacks).rows;
  expect(strict).toEqual(["skipped steps", "strict", "30", "20", "48.8 % to 80.8 %", "3", "17", "12", "5 of 30"]);
  expect(none).toEqual(["skipped steps", "none (recording)", "30", "", "", "", "", "", "30 of 30"]);
});

test("parts that were not measured are left out", () => {
  const bare = { ...record };
  delete bare.curve;
  delete bare.enforced;
  delete bare.attacks;
  const titles = accuracyDocument(bare, syntheticRunRecord({})).sections.map(({ title }) => title);
  expect(titles).toEqual(["Run", "Where the time went"]);
});

test("detected attacks are bars with Wilson's interval; the guard that checks nothing has none, and control is pale", () => {
  const { attacks } = syntheticAccuracy();
  const chart = attacks && detectionChart(attacks);
  expect(chart?.series.map(({ title }) => title)).toEqual(["strict", "reference"]);
  expect(chart?.groups).toEqual(["skipped steps", "unknown host", "control"]);
  const [first] = chart?.cells ?? [];
  expect(first?.values["detected"]).toMatchObject({ value: 80, low: expect.closeTo(62.7, 1) as number });
  expect(first?.lines.slice(0, 3)).toEqual([
    "skipped steps, strict",
    "80.0 % detected [62.7 %, 90.5 %] (Wilson's 95 % interval); n = 30 cases",
    "6 of 30 not detected",
  ]);
  const control = chart?.cells.find(({ group }) => group === "control");
  expect(control).toMatchObject({ pale: true, lines: expect.arrayContaining(["No false alarm"]) as string[] });
  expect(detectionChart({ seed: 1, casesPerClass: 1, outcomes: [] })).toBeUndefined();
});
