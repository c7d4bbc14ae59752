import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { PassThrough, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { KaliumError, messageOf } from "../base/errors.ts";

/** What one image may take, however small it is packed. */
export interface ImageLimits {
  /** Of all layers unpacked. */
  readonly bytes: number;
  readonly files: number;
}

export const imageLimits: ImageLimits = { bytes: 20 * 2 ** 30, files: 2_000_000 };

/** What stays free on the disk. */
export const reserveBytes = 2 ** 30;

export interface Usage {
  bytes: number;
  files: number;
}

export interface LayerFile {
  /** Of the packed layer. */
  readonly digest: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Unpacks a layer's compression, under limits, and looks at each entry of the tar on the way: nothing of it is written
 * but the tar itself.
 * @returns digest of the tar, which the image's configuration names
 * @throws {KaliumError} E_DEPLOY that names layer and entry
 */
export async function writePlainLayer(layer: LayerFile, used: Usage, limits: ImageLimits): Promise<string> {
  const hash = createHash("sha256");
  const checks = checkEntries(layer, (header) => {
    used.files += 1;
    if (used.files > limits.files) return `brings the image above ${limits.files} files`;
    return entryProblem(header);
  });
  let unchecked = 0;
  const watch = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      used.bytes += chunk.length;
      if (used.bytes > limits.bytes) throw refused(layer, `brings the image above ${limits.bytes} bytes`);
      unchecked += chunk.length;
      if (unchecked > 64 * 2 ** 20) {
        unchecked = 0;
        await checkSpace(dirname(layer.to), 0);
      }
      hash.update(chunk);
      await checks.write(chunk);
      yield chunk;
    }
    await checks.end();
  };
  try {
    await pipeline(createReadStream(layer.from), await decompressor(layer), watch, createWriteStream(layer.to));
  } catch (error) {
    if (error instanceof KaliumError || (error as NodeJS.ErrnoException).code === "ENOSPC") throw error;
    throw refused(layer, `cannot be unpacked: ${messageOf(error)}`, "Build or fetch the image again.");
  } finally {
    checks.close();
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Reads a tar that comes in pieces. `write` and `end` throw the first problem. */
function checkEntries(layer: LayerFile, problemOf: (header: Header) => string | undefined) {
  const tar = extract();
  const stopped = Promise.withResolvers<undefined>();
  let problem: string | undefined;
  tar.on("entry", (header, content, next) => {
    problem ??= problemOf(header);
    if (problem !== undefined) stopped.resolve(undefined);
    content.on("error", () => undefined); // of a tar that breaks off, which tells it itself
    content.on("end", next);
    content.resume();
  });
  tar.on("error", (error) => {
    problem ??= `is not a usable archive: ${messageOf(error)}`;
    stopped.resolve(undefined);
  });
  const fail = (): void => {
    if (problem !== undefined) throw refused(layer, problem);
  };
  return {
    async write(chunk: Buffer) {
      const full = !tar.write(chunk);
      if (full)
        await Promise.race([new Promise<void>((resolve) => tar.once("drain", () => resolve())), stopped.promise]);
      fail();
    },
    async end() {
      const finished = new Promise<void>((resolve) => tar.once("finish", () => resolve()));
      tar.end(undefined);
      await Promise.race([finished, stopped.promise]);
      fail();
    },
    close: () => tar.destroy(),
  };
}

const refused = (
  { digest }: LayerFile,
  reason: string,
  hint = "Build the image from sources that you trust.",
): KaliumError =>
  new KaliumError("E_DEPLOY", `layer ${digest} ${reason}`, { hint, details: { status: 400, lasting: true } });

/** By its first bytes: what `docker save` writes is not compressed, whatever the manifest made of it says. */
async function decompressor({ from }: LayerFile): Promise<Transform> {
  await using file = await open(from);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  const first = buffer.toString("hex", 0, bytesRead);
  if (first.startsWith("1f8b")) return createGunzip();
  return first === "28b52ffd" ? createZstdDecompress() : new PassThrough();
}

/** @throws {KaliumError} E_DEPLOY where so many bytes more would fill the disk */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free - bytes > reserveBytes) return;
  const [needed, left] = [bytes + reserveBytes, free].map((each) => `${(each / 2 ** 30).toFixed(1)} GiB`);
  throw new KaliumError("E_DEPLOY", `the image needs ${needed} on the disk of ${folder}, and ${left} are free`, {
    hint: "Free some space, or name a folder of another disk in XDG_CACHE_HOME.",
    details: { status: 400, lasting: true },
  });
}

const known: ReadonlySet<string> = new Set([
  ...["file", "link", "symlink", "character-device", "block-device", "directory", "fifo", "contiguous-file"],
]);

/** Says what is wrong with an entry; what is not known is refused, too. */
export function entryProblem({ name, type, linkname, pax }: Header): string | undefined {
  const shown = JSON.stringify(name);
  if (name.split("/").includes("..")) return `holds the path ${shown}, which leads out of the image`;
  if (type === "link" && linkname.split("/").includes("..")) {
    return `holds the hard link ${shown} to ${JSON.stringify(linkname)}, which leads out of the image`;
  }
  // A whiteout removes a name; these would remove the folder itself, or the one above.
  if (/(?:^|\/)\.wh\.\.{0,2}(?:\/|$)/.test(name)) return `holds the whiteout ${shown}, which removes no name`;
  if (!known.has(type)) return `holds ${shown} of an unknown kind`;
  // Their content is larger than what is stored.
  if (Object.keys(pax ?? {}).some((key) => key.startsWith("GNU.sparse"))) return `holds the sparse file ${shown}`;
  return undefined;
}
