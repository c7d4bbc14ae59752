import { createHash, randomBytes } from "node:crypto";
import { access, mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256OfFile } from "../../base/sha256-of-file.ts";

/** A part of an image, as manifests name it (OCI image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:<hex>` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** `blobs/sha256/<hex>` below a folder. Content has its digest as name, so nothing is ever changed. */
export interface BlobStore {
  /** The layout's folder. */
  readonly directory: string;
  readonly pathOf: (digest: string) => string;
  readonly has: (digest: string) => Promise<boolean>;
  readonly write: (mediaType: string, content: string | Buffer) => Promise<Descriptor>;
  /** Takes over a finished file of that digest. */
  readonly adopt: (file: string, digest: string) => Promise<void>;
  /** Path of a draft for `adopt`; nobody else's. */
  readonly draft: () => string;
}

export async function openBlobStore(directory: string): Promise<BlobStore> {
  const blobs = join(directory, "blobs/sha256");
  await mkdir(blobs, { recursive: true });
  const pathOf = (digest: string): string => join(blobs, digest.replace(/^sha256:/, ""));
  const draft = (): string => join(directory, `draft-${randomBytes(6).toString("hex")}`);
  return {
    directory,
    pathOf,
    draft,
    has: (digest) =>
      access(pathOf(digest)).then(
        () => true,
        () => false,
      ),
    async write(mediaType, content) {
      const bytes = Buffer.from(content);
      const digest = sha256(bytes);
      const file = draft();
      await writeFile(file, bytes);
      await rename(file, pathOf(digest));
      return { mediaType, digest, size: bytes.length };
    },
    adopt: (file, digest) => rename(file, pathOf(digest)),
  };
}

export const sha256 = (content: string | Buffer): string =>
  `sha256:${createHash("sha256").update(content).digest("hex")}`;

export const digestOfFile = async (path: string): Promise<string> => `sha256:${await sha256OfFile(path)}`;

export const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;
