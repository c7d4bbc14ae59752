/**
 * JSON that is longer than the longest string of Node (512 MB): a record of some million calls. Its long lists are written
 * and read in pieces, each on a line of its own.
 */
import { randomUUID } from "node:crypto";
import { chunksOfFile, eachLine } from "./file-lines.ts";
import { RecordError } from "./record-error.ts";

/** Shorter lists stay on one line, so that a usual record is what `JSON.stringify` gives. */
const shortList = 100_000;
const pieceLength = 5_000;
/** Earlier records are one line, whatever their length. */
const longestLineBytes = 400 * 2 ** 20;

/** `JSON.stringify(value)` and a line's end, in order. Members of other members are not cut. */
export function* jsonPieces(value: object): Generator<string> {
  let before = "{";
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    if (member === undefined) continue;
    const name = `${before}${JSON.stringify(key)}:`;
    before = ",";
    if (Array.isArray(member) && member.length > shortList) {
      yield `${name}[\n`;
      yield* listPieces(member);
      yield "]";
    } else yield `${name}${JSON.stringify(member)}`;
  }
  yield before === "{" ? "{}\n" : "}\n";
}

function* listPieces(list: readonly unknown[]): Generator<string> {
  for (let start = 0; start < list.length; start += pieceLength) {
    const end = start + pieceLength;
    yield `${JSON.stringify(list.slice(start, end)).slice(1, -1)}${end < list.length ? "," : ""}\n`;
  }
}

/** What `jsonPieces` wrote. @throws {SyntaxError} it is not JSON @throws {RecordError} long lists are not on lines of their own */
export function readLongJson(path: string): unknown {
  const lists: unknown[][] = [];
  let around = "";
  const mark = randomUUID(); // no file has it
  let isInList = false;
  let isMoreToCome = false;
  const onLine = (bytes: Buffer): void => {
    const line = bytes.toString("utf8");
    const isEnd = line.startsWith("]");
    if (isInList && isEnd === isMoreToCome) throw new SyntaxError("a line of a list is missing, or a comma");
    if (isInList && !isEnd) {
      const list = lists.at(-1) ?? [];
      isMoreToCome = line.endsWith(",");
      const piece = JSON.parse(`[${isMoreToCome ? line.slice(0, -1) : line}]`) as unknown[];
      if (piece.length === 0) throw new SyntaxError("a line of a list is empty");
      for (const element of piece) list.push(element);
      return;
    }
    isInList = isMoreToCome = line.endsWith(":[");
    around += isInList ? `${line}"${mark}${lists.push([]) - 1}"` : line;
  };
  const rest = eachLine(chunksOfFile(path), onLine, {
    longestBytes: longestLineBytes,
    onTooLong: () => {
      throw new RecordError(
        `${path} has a line of more than ${longestLineBytes / 2 ** 20} MiB, which kalium-bench did not write`,
        {
          hint: "Restore the file; where its journal is in the folder, remove the file and run `npm run report` again.",
        },
      );
    },
  });
  if (rest > 0) throw new SyntaxError("it has no end");
  const value = JSON.parse(around) as Record<string, unknown>;
  for (const [key, member] of Object.entries(value)) {
    const [first] = Array.isArray(member) ? (member as unknown[]) : [];
    if (typeof first === "string" && first.startsWith(mark)) value[key] = lists[Number(first.slice(mark.length))];
  }
  return value;
}
