import { Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { messageOf } from "../../../base/errors.ts";
import { refused } from "./refused.ts";

/** A dump is held in memory, once per system. */
export const maxBytes = 2 ** 31;

interface Packing {
  readonly magic: readonly number[];
  readonly name: string;
  /** What does it by hand. */
  readonly command: string;
  readonly unpack?: (packed: Buffer) => Promise<Buffer>;
}

const options = { maxOutputLength: maxBytes };

/** Told by the first bytes: names of files lie. */
const packings: readonly Packing[] = [
  { magic: [0x1f, 0x8b], name: "gzip", command: "gzip -d", unpack: (packed) => promisify(gunzip)(packed, options) },
  {
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    name: "zstd",
    command: "zstd -d",
    unpack: (packed) => promisify(zstdDecompress)(packed, options),
  },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], name: "xz", command: "xz -d", unpack: unpackXz },
  { magic: [0x42, 0x5a, 0x68], name: "bzip2", command: "bzip2 -d" },
  { magic: [0x50, 0x4b, 0x03, 0x04], name: "zip", command: "unzip" },
  { magic: [0x04, 0x22, 0x4d, 0x18], name: "lz4", command: "lz4 -d" },
  { magic: [0x37, 0x7a, 0xbc, 0xaf], name: "7z", command: "7z x" },
];

async function unpackXz(packed: Buffer): Promise<Buffer> {
  const { default: xz } = await import("xz-decompress"); // WebAssembly: only for who needs it
  const chunks: Buffer[] = [];
  for await (const chunk of new xz.XzReadableStream(Readable.toWeb(Readable.from([packed])))) {
    chunks.push(Buffer.from(chunk)); // a copy: the library uses its memory again
  }
  return Buffer.concat(chunks);
}

/** @throws {KaliumError} E_CONFIG it is packed in a way that only other programs know, or its end is missing */
export async function unpacked(file: string, bytes: Buffer): Promise<Buffer> {
  const packing = packings.find(({ magic }) => magic.every((byte, at) => bytes[at] === byte));
  if (packing === undefined) return bytes;
  const { name, command, unpack } = packing;
  const hint = `Unpack it with \`${command}\`, and name the unpacked file.`;
  if (unpack === undefined) throw refused({ file }, `it is packed with ${name}`, hint);
  return unpack(bytes).catch((error: unknown) => {
    throw refused({ file }, `${name} cannot unpack it: ${messageOf(error)}`, hint, error);
  });
}

/** Windows PowerShell writes UTF-16, and other programs a byte order mark. @throws {KaliumError} E_CONFIG */
export function decoded(file: string, bytes: Buffer): Buffer {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.subarray(3);
  const order = utf16Order(bytes);
  if (order === undefined) return bytes;
  const even = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const text = (order === "le" ? even : even.swap16()).toString("utf16le").replace(/^\ufeff/, "");
  const line = text.split("\n").findIndex((content) => /[^\0-\x7f]/.test(content)) + 1;
  if (line > 0) {
    const what = "it is UTF-16 with letters that are not ASCII, which PowerShell's > has changed already";
    throw refused({ file, line }, what, "Dump with --result-file=FILE instead of > FILE.");
  }
  return Buffer.from(text, "latin1");
}

/** A mark, or ASCII with every other byte zero. */
function utf16Order(bytes: Buffer): "le" | "be" | undefined {
  const [first = -1, second = -1] = bytes;
  if ((first === 0xff && second === 0xfe) || (first > 0 && second === 0 && bytes[3] === 0)) return "le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second > 0 && bytes[2] === 0)) return "be";
  return undefined;
}
