import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "../oci/blob-store.ts";
import type { Image } from "../oci/image.ts";

/** Completes a folder of blobs to an OCI layout (image-spec, image-layout.md) of one image, which others can read. */
export async function writeLayout(store: BlobStore, { descriptor }: Image, name: string): Promise<void> {
  const manifest = { ...descriptor, annotations: { "org.opencontainers.image.ref.name": name } };
  const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [manifest] };
  await writeFile(join(store.directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(store.directory, "index.json"), JSON.stringify(index));
}
