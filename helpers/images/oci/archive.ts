import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";
import type { BlobStore, Descriptor } from "./blob-store.ts";
import type { Image } from "./image.ts";

/** An image and the names that it gets. */
export interface NamedImage {
  readonly image: Image;
  /** `repository:tag`, with or without a registry. */
  readonly references: readonly string[];
}

/**
 * All images as one tar: an OCI layout (image-spec, image-layout.md), with `manifest.json` for `docker load`. containerd
 * and podman take it too. Layers that images share are in it once.
 */
export function archiveOf(store: BlobStore, images: readonly NamedImage[]): Readable {
  const tar = pack();
  writeAll(tar, store, images).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error as Error),
  );
  return tar as unknown as Readable;
}

async function writeAll(tar: Pack, store: BlobStore, images: readonly NamedImage[]): Promise<void> {
  const named = images.flatMap(({ image, references }) => references.map((reference) => ({ image, reference })));
  const manifests = named.map(({ image, reference }) => ({
    ...image.descriptor,
    annotations: {
      "io.containerd.image.name": fullName(reference),
      "org.opencontainers.image.ref.name": fullName(reference),
    },
  }));
  add(tar, "oci-layout", { imageLayoutVersion: "1.0.0" });
  add(tar, "index.json", { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests });
  add(
    tar,
    "manifest.json",
    images.map(({ image, references }) => ({
      Config: blobName(image.config),
      RepoTags: references.map(fullName),
      Layers: image.layers.map(blobName),
    })),
  );
  const blobs = images.flatMap(({ image }) => [image.descriptor, ...image.blobs]);
  const unique = new Map(blobs.map((blob) => [blob.digest, blob]));
  for (const blob of [...unique.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1))) {
    const sink = tar.entry({ name: blobName(blob), size: blob.size, mode: 0o644, mtime: new Date(0) });
    await pipeline(createReadStream(store.pathOf(blob.digest)), sink);
  }
}

const add = (tar: Pack, name: string, content: unknown): void =>
  void tar.entry({ name, mode: 0o644, mtime: new Date(0) }, JSON.stringify(content));

const blobName = ({ digest }: Descriptor): string => `blobs/${digest.replace(":", "/")}`;

/** As container runtimes complete a name: Docker's registry where none is named. */
export function fullName(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (hasRegistry) return reference;
  return rest.length === 0 ? `docker.io/library/${reference}` : `docker.io/${reference}`;
}
