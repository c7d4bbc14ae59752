import { expect, test } from "vitest";
import { roundedNs } from "./rounded-ns.ts";
import { toCsv } from "./to-csv.ts";
import { toJson } from "./to-json.ts";

const tail = 495_126.00000000006;

test("a nanosecond has three decimals at most, and a large sum none that it had not", () => {
  expect(String(roundedNs(tail))).toBe("495126");
  expect(String(roundedNs(155_366.97333333333))).toBe("155366.973");
  expect(String(roundedNs(0.5))).toBe("0.5");
  expect(roundedNs(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
});

test("CSV rounds the columns in ns, and nothing else", () => {
  expect(toCsv([{ p95_ns: tail, ratio: 1.4641188869988957, p99_ns: undefined }])).toBe(
    "p95_ns,ratio,p99_ns\n495126,1.4641188869988957,\n",
  );
});

test("JSON rounds the members in ns, lists of them too, and nothing else", () => {
  const value = { p95Ns: tail, sdNs: null, latenciesNs: [tail, undefined, 1.23456], ratio: 1.4641188869988957 };
  expect(JSON.parse(toJson({ inner: [value] }))).toEqual({
    inner: [{ p95Ns: 495_126, sdNs: null, latenciesNs: [495_126, null, 1.235], ratio: 1.4641188869988957 }],
  });
  expect(toJson([])).toBe("[]\n");
});
