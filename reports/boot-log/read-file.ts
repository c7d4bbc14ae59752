/** A log's bytes: plain, gzip or xz, told by the first bytes and not by the name. */
import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { RecordError, errnoOf, textOf } from "../records/record-error.ts";

export interface ReadLogFile {
  /** Unpacked. */
  readonly bytes: number;
  /** The packed file ends early. What it holds up to there was read. */
  readonly cutShort: boolean;
}

const chunkBytes = 262_144; // stays in the cache of a core

/** `onChunk`: the chunk is valid during the call. @throws {RecordError} the file cannot be read or unpacked */
export async function readFileChunks(path: string, onChunk: (chunk: Buffer) => void): Promise<ReadLogFile> {
  const file = await open(path).catch((cause: unknown) => {
    throw new RecordError(`cannot read ${path}: ${textOf(cause)}`, { hint: "Check its permissions.", cause });
  });
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let chunk = await readInto(file, buffer);
    const packing = packings.find(({ magic }) => chunk.subarray(0, magic.length).equals(magic));
    if (packing !== undefined) return await readPacked(path, packing, chunksOf(file, chunk), onChunk);
    let bytes = 0;
    for (; chunk.length > 0; chunk = await readInto(file, buffer)) {
      bytes += chunk.length;
      onChunk(chunk);
    }
    return { bytes, cutShort: false };
  } finally {
    await file.close();
  }
}

const readInto = async (file: FileHandle, buffer: Buffer): Promise<Buffer> =>
  buffer.subarray(0, (await file.read(buffer, 0, buffer.length, null)).bytesRead);

/** Each in memory of its own, because streams keep some. */
async function* chunksOf(file: FileHandle, first: Buffer): AsyncGenerator<Buffer> {
  for (let chunk = first; chunk.length > 0; chunk = await readInto(file, Buffer.allocUnsafe(65_536))) yield chunk;
}

interface Packing {
  readonly magic: Buffer;
  readonly unpacked: (packed: Readable) => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
  readonly endedEarly: (error: unknown) => boolean;
  /** What does it by hand. */
  readonly command: string;
}

const packings: readonly Packing[] = [
  {
    magic: Buffer.from([0x1f, 0x8b]),
    unpacked: (packed) => packed.pipe(createGunzip()),
    endedEarly: (error) => errnoOf(error) === "Z_BUF_ERROR",
    command: "gzip -d",
  },
  {
    magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    unpacked: async (packed) => {
      const { default: xz } = await import("xz-decompress"); // WebAssembly: only for who needs it
      return new xz.XzReadableStream(Readable.toWeb(packed));
    },
    endedEarly: (error) => textOf(error).endsWith("error code 8"), // XZ_BUF_ERROR; checks other than CRC are code 6
    command: "xz -d",
  },
];

async function readPacked(
  path: string,
  { unpacked, endedEarly, command }: Packing,
  packed: AsyncIterable<Buffer>,
  onChunk: (chunk: Buffer) => void,
): Promise<ReadLogFile> {
  let bytes = 0;
  try {
    for await (const chunk of await unpacked(Readable.from(packed))) {
      bytes += chunk.length;
      onChunk(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    }
  } catch (cause) {
    if (bytes > 0 && endedEarly(cause)) return { bytes, cutShort: true };
    throw new RecordError(`cannot unpack ${path}: ${textOf(cause)}`, {
      hint: `Unpack it with \`${command} ${path}\`, then name the unpacked file.`,
      cause,
    });
  }
  return { bytes, cutShort: false };
}
