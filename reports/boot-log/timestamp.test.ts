import { expect, test } from "vitest";
import { datedStamp, elapsedNs, yearOfName } from "./timestamp.ts";

test("time between two lines, to the microsecond, over midnight and new year", () => {
  expect(elapsedNs("1123 20:47:40.125099", "1123 20:47:40.136606")).toBe(11_507_000);
  expect(elapsedNs("0228 23:59:59.999999", "0229 00:00:00.000000")).toBe(1_000);
  expect(elapsedNs("1231 23:59:59.999999", "0101 00:00:00.000001")).toBe(2_000);
  expect(elapsedNs("2023-06-19T12:00:00.5Z", "2023-06-19T14:00:00.500002123+02:00")).toBe(2_000);
});

test("text that is not a time stamp has no distance", () => {
  expect(elapsedNs("", "1123 20:47:40.136606")).toBeUndefined();
  expect(elapsedNs("1123 20:47:40.136606", "1323 20:47:40.136606")).toBeUndefined();
  expect(elapsedNs("2023-06-19 12:00:00", "2023-06-19T12:00:00Z")).toBeUndefined();
});

test("the year comes from the file's name, and the one after it past new year", () => {
  expect(yearOfName("runsc.log.20230619-120000.123456.boot")).toBe(2023);
  expect(yearOfName("runsc.log.20230619-120000.123456.boot.2.gz")).toBe(2023);
  expect(yearOfName("microbench-node.boot")).toBeUndefined();
  expect(datedStamp("1231 23:59:59.000001", "1231 23:59:58.000000", 2023)).toBe("2023-12-31T23:59:59.000001");
  expect(datedStamp("0101 00:00:01.000000", "1231 23:59:58.000000", 2023)).toBe("2024-01-01T00:00:01.000000");
});

test("without a year a stamp stays as it was read", () => {
  expect(datedStamp("1231 23:59:59.000001", "1231 23:59:59.000001", undefined)).toBe("1231 23:59:59.000001");
  expect(datedStamp("2023-06-19T12:00:00Z", "2023-06-19T12:00:00Z", 2022)).toBe("2023-06-19T12:00:00Z");
});
