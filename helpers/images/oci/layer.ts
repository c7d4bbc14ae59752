import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack, type Pack } from "tar-stream";
import { z } from "zod";
import { sha256, digestOfFile, sizeOf, type BlobStore, type Descriptor } from "./blob-store.ts";

/** One entry of a layer; paths are absolute inside the image. Folders above it are made. */
export type LayerEntry =
  | { readonly path: string; readonly kind: "folder"; readonly mode?: number }
  | { readonly path: string; readonly kind: "text"; readonly content: string; readonly mode?: number }
  /** `from`: a file of this machine. */
  | { readonly path: string; readonly kind: "file"; readonly from: string; readonly mode?: number }
  | { readonly path: string; readonly kind: "link"; readonly target: string };

export interface Layer {
  readonly descriptor: Descriptor;
  /** Digest of the tar before compression. */
  readonly diffId: string;
}

export const layerMediaType = "application/vnd.oci.image.layer.v1.tar+gzip";

const layerSchema = z.object({
  descriptor: z.object({ mediaType: z.string(), digest: z.string(), size: z.number() }),
  diffId: z.string(),
});

/**
 * Writes a layer. The same entries give the same bytes: order, times and owners are fixed. A layer that the store has
 * is not compressed again.
 */
export async function writeLayer(store: BlobStore, entries: readonly LayerEntry[]): Promise<Layer> {
  const complete = withFolders(entries);
  const memo = join(store.directory, "layers", `${await layerKey(complete)}.json`);
  const known = await readFile(memo, "utf8").then(
    (text) => layerSchema.parse(JSON.parse(text)),
    () => undefined,
  );
  if (known !== undefined && (await store.has(known.descriptor.digest))) return known;
  const layer = await compress(store, complete);
  await mkdir(dirname(memo), { recursive: true });
  await writeFile(memo, JSON.stringify(layer));
  return layer;
}

/** Hexadecimal; tells layers apart by what is in them, without writing them. */
export const layerKey = async (entries: readonly LayerEntry[]): Promise<string> =>
  sha256(JSON.stringify(await Promise.all(withFolders(entries).map(identify)))).slice("sha256:".length);

function withFolders(entries: readonly LayerEntry[]): readonly LayerEntry[] {
  const byPath = new Map<string, LayerEntry>(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    for (let above = posix.dirname(path); above !== "/"; above = posix.dirname(above)) {
      if (!byPath.has(above)) byPath.set(above, { path: above, kind: "folder" });
    }
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const identify = async (entry: LayerEntry): Promise<unknown> =>
  entry.kind === "file" ? { ...entry, from: await digestOfFile(entry.from) } : entry;

async function compress(store: BlobStore, entries: readonly LayerEntry[]): Promise<Layer> {
  const file = store.draft();
  const tar = pack();
  const plain = createHash("sha256");
  const watched = async function* (source: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      plain.update(chunk);
      yield chunk;
    }
  };
  try {
    const writing = pipeline(tar, watched, createGzip({ level: 6 }), createWriteStream(file));
    await Promise.all([writing, addAll(tar, entries)]);
    const digest = await digestOfFile(file);
    const size = await sizeOf(file);
    await store.adopt(file, digest);
    return { descriptor: { mediaType: layerMediaType, digest, size }, diffId: `sha256:${plain.digest("hex")}` };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function addAll(tar: Pack, entries: readonly LayerEntry[]): Promise<void> {
  try {
    for (const entry of entries) await add(tar, entry);
    tar.finalize();
  } catch (error) {
    tar.destroy(error as Error);
    throw error;
  }
}

const common = { mtime: new Date(0), uid: 0, gid: 0 } as const;

async function add(tar: Pack, entry: LayerEntry): Promise<void> {
  const name = entry.path.slice(1);
  switch (entry.kind) {
    case "folder":
      tar.entry({ ...common, name: `${name}/`, type: "directory", mode: entry.mode ?? 0o755 });
      return;
    case "link":
      tar.entry({ ...common, name, type: "symlink", linkname: entry.target, mode: 0o777 });
      return;
    case "text":
      tar.entry({ ...common, name, mode: entry.mode ?? 0o644 }, entry.content);
      return;
    case "file": {
      const sink = tar.entry({ ...common, name, mode: entry.mode ?? 0o644, size: await sizeOf(entry.from) });
      await pipeline(createReadStream(entry.from), sink);
    }
  }
}
