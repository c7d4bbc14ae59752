import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord } from "../testing/synthetic.ts";
import { jsonPieces, readLongJson } from "./long-json.ts";

const record = syntheticRecord({ rounds: 3, blocks: 2 });
const textOfPieces = (value: object): string => [...jsonPieces(value)].join("");
const awkward = { none: undefined, looks: [0], text: ':[\n"],', list: [[1], "]", null], "\0": ["\u00000"] };

async function readBack(text: string): Promise<unknown> {
  const path = join(await scratchFolder(), "long.json");
  await writeFile(path, text);
  return readLongJson(path);
}

test("a usual record is what JSON.stringify gives", () => {
  expect(textOfPieces(record)).toBe(`${JSON.stringify(record)}\n`);
  expect(textOfPieces(awkward)).toBe(`${JSON.stringify(awkward)}\n`);
  expect(textOfPieces({})).toBe("{}\n");
});

test("long lists are on lines of their own, which are JSON and come back", async () => {
  const samples = Array.from({ length: 100_001 }, (_, index) => record.samples[index % record.samples.length]);
  const long = { ...awkward, samples, numbers: samples.map((_, index) => index), last: 1 };
  const text = textOfPieces(long);
  const { none, ...rest } = long;
  expect(none).toBeUndefined();
  expect(isDeepStrictEqual(JSON.parse(text), rest)).toBe(true); // toEqual takes seconds
  expect(isDeepStrictEqual(await readBack(text), rest)).toBe(true);
  const longest = Math.max(...text.split("\n").map(({ length }) => length));
  expect(longest).toBeLessThan(text.length / 15);
});

test("a record of one line, as earlier versions wrote it, is read as well", async () => {
  expect(await readBack(`${JSON.stringify(record)}\n`)).toEqual(record);
});

test("a file that was cut is not JSON", async () => {
  const text = textOfPieces({ list: Array.from({ length: 100_001 }, () => 1) });
  for (const length of [1, 5, 50_000, text.lastIndexOf("]") - 1, text.length - 2]) {
    await expect(readBack(text.slice(0, length)), String(length)).rejects.toThrow(SyntaxError);
  }
  const lines = text.split("\n");
  const altered = [
    lines.toSpliced(1, 1, (lines[1] ?? "").slice(0, -1)), // a comma less
    lines.toSpliced(1, 1, `${lines[1] ?? ""},`),
    lines.toSpliced(1, 0, ","),
    lines.toSpliced(-3, 1), // the last piece
  ];
  for (const changed of altered) await expect(readBack(changed.join("\n"))).rejects.toThrow(SyntaxError);
});
