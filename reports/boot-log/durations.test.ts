import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { readDurations, shown } from "./durations.ts";
import { durationNs, formatDuration } from "./go-duration.ts";

const read = (text: string, count: number): number[] | string => {
  const bytes = Buffer.from(`<${text}>`);
  const into = new Float64Array(8);
  return readDurations(bytes, 1, bytes.length - 1, count, into) ?? [...into.subarray(0, count)];
};

test("reads the seven durations of a line", () => {
  expect(read("12.345µs:999ns:10µs:1.5ms:0s:9m59.80692666s:1.5s", 7)).toEqual([
    12_345, 999, 10_000, 1_500_000, 0, 599_806_926_660, 1_500_000_000,
  ]);
});

test("agrees with the parser of the whole grammar, whatever the texts", () => {
  const random = seededRandom(7);
  const alphabet = ["0", "1", "59", "999", ".", "ns", "µs", "us", "μs", "ms", "m", "s", "h", "-", "", "\u00c2", "n"];
  const piece = (): string =>
    random() < 0.5
      ? formatDuration(Math.floor(2 ** (random() * 53)))
      : Array.from({ length: 4 }, () => alphabet[Math.floor(random() * alphabet.length)] ?? "").join("");
  let accepted = 0;
  for (let round = 0; round < 5_000; round++) {
    const pieces = Array.from({ length: 1 + Math.floor(random() * 3) }, piece);
    const wanted = pieces.map(durationNs);
    const answer = read(pieces.join(":"), pieces.length);
    if (wanted.every((ns) => ns >= 0 && ns < Infinity)) {
      expect(answer, pieces.join(":")).toEqual(wanted);
      accepted += 1;
    } else expect(answer, pieces.join(":")).toEqual(expect.any(String));
  }
  expect(accepted).toBeGreaterThan(500);
});

test.each([
  ["1ms:2ms", 3, "2 durations instead of 3"],
  ["1ms:2ms:3ms", 2, "more than 2 durations"],
  ["1ms:2ms", 1, "more than 1 duration"],
  ["1ms:", 2, "duration 2 is missing"],
  ["", 1, "duration 1 is missing"],
  ["1ms:x", 2, "duration 2 is not a Go duration"],
  ["1ms:2m", 2, "duration 2 is not a Go duration"],
  ["-1ms", 1, "duration 1 is negative"],
  ["2562047h47m16.854775807s", 1, "duration 1 is longer than 2^53 ns"],
])("refuses %j for %d: %s", (text, count, reason) => {
  expect(read(text, count)).toBe(reason);
});

test("shows of a line what durations are made of, and no more", () => {
  const show = (text: string): string => shown(Buffer.from(text), 0, Buffer.byteLength(text));
  expect(show("12.345µs:1m-3h")).toBe("12.345µs:1m-3h");
  expect(show("1ms:PASSWORD=hunter2")).toBe("1ms:… (16 more bytes)");
  expect(show("PASSWORD=hunter2")).toBe("… (16 more bytes)");
  expect(show("1".repeat(5_000))).toBe(`${"1".repeat(100)}… (4900 more bytes)`);
});
