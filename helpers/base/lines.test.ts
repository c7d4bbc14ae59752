import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, test } from "vitest";
import { seededRandom } from "../../reports/stats/random.ts";
import { onLines } from "./lines.ts";

async function linesOf(chunks: readonly Uint8Array[], longestBytes?: number): Promise<readonly string[]> {
  const source = Readable.from(chunks, { objectMode: true });
  const lines: string[] = [];
  onLines(source, (line) => lines.push(line), longestBytes === undefined ? {} : { longestBytes });
  await finished(source);
  return lines;
}

/** `text` in pieces that may end within a character. */
const cut = (text: string, sizes: readonly number[]): Uint8Array[] => {
  const bytes = Buffer.from(text);
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    if (at < bytes.length) chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
};

test("lines come out as they were written, however the stream is cut", async () => {
  const random = seededRandom(3);
  const below = (limit: number): number => Math.floor(random() * limit);
  const line = (): string => Array.from({ length: below(6) }, () => ["a", "é", "𝄞", " ", "€"][below(5)]).join("");
  for (let run = 0; run < 300; run++) {
    const lines = Array.from({ length: below(8) }, line);
    const end = below(2) === 0 ? "\n" : "\r\n";
    const sizes = Array.from({ length: below(12) }, () => 1 + below(9));
    expect(await linesOf(cut(lines.map((text) => text + end).join(""), sizes))).toEqual(lines);
  }
});

test("a last line needs no end, and a lone carriage return ends none", async () => {
  expect(await linesOf([Buffer.from("50 %\r100 %\nlast")])).toEqual(["50 %\r100 %", "last"]);
});

test("a line without end is cut where it is too long, and holds no more memory than that", async () => {
  const megabyte = Buffer.alloc(1_000_000, "x");
  const lines = await linesOf([...Array.from({ length: 50 }, () => megabyte), Buffer.from("\nnext\n")], 10);
  expect(lines).toEqual(["xxxxxxxxxx", "next"]);
});
