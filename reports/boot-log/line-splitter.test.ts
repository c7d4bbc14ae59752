import { expect, test } from "vitest";
import { seededRandom } from "../stats/random.ts";
import { createLineSplitter, longestLineBytes } from "./line-splitter.ts";

interface Line {
  readonly text: string;
  readonly cut: boolean;
}

function split(chunks: Iterable<Buffer>): readonly Line[] {
  const lines: Line[] = [];
  const splitter = createLineSplitter((bytes, start, end, cut) => {
    lines.push({ text: Buffer.from(bytes.subarray(start, end)).toString(), cut });
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

function* chunksOf(text: string, size: () => number): Generator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    const length = size();
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

test("gives the same lines wherever the chunks end", () => {
  const random = seededRandom(2);
  const wanted = Array.from({ length: 300 }, () => "µ-".repeat(Math.floor(random() * 40)));
  for (const longest of [1, 2, 7, 100, 10_000]) {
    const lines = split(chunksOf(`${wanted.join("\n")}\nlast`, () => 1 + Math.floor(random() * longest)));
    expect(lines.map(({ text }) => text)).toEqual([...wanted, "last"]);
    expect(lines.some(({ cut }) => cut)).toBe(false);
  }
});

test("nothing has no line, a line feed has one", () => {
  expect(split([])).toEqual([]);
  expect(split([Buffer.from("\n")])).toEqual([{ text: "", cut: false }]);
});

test.each([7, 1_000, 4_097, longestLineBytes + 1])("keeps head and tail of a line of 3 MiB in chunks of %d", (size) => {
  const head = "head ".repeat(20);
  const tail = " tail".repeat(20);
  const [long, next] = split(chunksOf(`${head}${"x".repeat(3 * 2 ** 20)}${tail}\nnext\n`, () => size));
  expect(long?.cut).toBe(true);
  expect(long?.text.startsWith(head)).toBe(true);
  expect(long?.text.endsWith(tail)).toBe(true);
  expect(long?.text.length).toBeLessThanOrEqual(longestLineBytes);
  expect(next).toEqual({ text: "next", cut: false });
});
