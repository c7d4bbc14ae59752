/** Files of gigabytes, line by line: the memory that this takes does not grow with the file. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const chunkBytes = 2 ** 20;
const newline = 0x0a;

/** The first `length` bytes. A chunk is only valid until the next one is asked for. */
export function* chunksOf(descriptor: number, length: number): Generator<Buffer> {
  const buffer = Buffer.alloc(Math.min(chunkBytes, length));
  for (let read = 0; read < length;) {
    const more = readSync(descriptor, buffer, 0, Math.min(buffer.length, length - read), read);
    if (more === 0) return;
    yield buffer.subarray(0, more);
    read += more;
  }
}

/** What the file holds when it is opened, or its first `length` bytes. What others append meanwhile is left out. */
export function* chunksOfFile(path: string, length = Infinity): Generator<Buffer> {
  const descriptor = openSync(path, "r");
  try {
    yield* chunksOf(descriptor, Math.min(length, fstatSync(descriptor).size));
  } finally {
    closeSync(descriptor);
  }
}

/** Whether there is a first line with its end. */
export function hasLine(chunks: Iterable<Buffer>): boolean {
  for (const chunk of chunks) if (chunk.includes(newline)) return true;
  return false;
}

/**
 * Calls `onLine` with each line, without its end. Returns the number of bytes behind the last line's end.
 * @param onTooLong throws: nobody writes such lines, and they would fill the memory
 */
export function eachLine(
  chunks: Iterable<Buffer>,
  onLine: (line: Buffer) => void,
  { longestBytes, onTooLong }: { readonly longestBytes: number; readonly onTooLong: () => never },
): number {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const part = chunk.subarray(start, end);
      onLine(heldBytes === 0 ? part : Buffer.concat([...held, part]));
      held = [];
      heldBytes = 0;
      start = end + 1;
    }
    held.push(Buffer.from(chunk.subarray(start))); // a copy
    heldBytes += chunk.length - start;
    if (heldBytes > longestBytes) onTooLong();
  }
  return heldBytes;
}
