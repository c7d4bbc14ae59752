/** OCI layouts that no builder would write. */
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { ociArchitecture } from "../skopeo.ts";

/** A header as it is written, whatever it says, and its content. */
export type HandMadeEntry = Partial<Header> & { readonly name: string; readonly content?: string | Buffer };

export const folder = (name: string): HandMadeEntry => ({ name, type: "directory", mode: 0o755 });
export const link = (name: string, linkname: string): HandMadeEntry => ({ name, type: "symlink", linkname });
export const hardLink = (name: string, linkname: string): HandMadeEntry => ({ name, type: "link", linkname });

/** A tar of these entries. */
export async function tarOf(entries: Iterable<HandMadeEntry>): Promise<Buffer> {
  const tar = pack();
  const written = buffer(tar);
  for (const { content = "", ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return written;
}

export interface HandMade {
  /** Tars from the lowest. */
  readonly layers: readonly Buffer[];
  /** `config` of the image's configuration. */
  readonly config?: object;
  readonly architecture?: string;
  /** What the index says of the manifest; absent: the truth. */
  readonly promisedDigest?: string;
  /** What the configuration says of the layers before compression; absent: the truth. */
  readonly diffIds?: readonly string[];
  /** Absent: gzip. */
  readonly packed?: (layer: Buffer) => Buffer;
  readonly name?: string;
}

const digest = (content: Buffer): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

/** @returns for `image:` */
export async function writeHandMade(directory: string, image: HandMade): Promise<string> {
  await mkdir(join(directory, "blobs/sha256"), { recursive: true });
  const write = async (
    mediaType: string,
    content: Buffer,
  ): Promise<{ digest: string; mediaType: string; size: number }> => {
    await writeFile(join(directory, "blobs/sha256", digest(content).slice("sha256:".length)), content);
    return { mediaType, digest: digest(content), size: content.length };
  };
  const { layers, name = "latest", packed = gzipSync } = image;
  const mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
  const written = [];
  for (const layer of layers) written.push(await write(mediaType, packed(layer)));
  const config = {
    architecture: image.architecture ?? ociArchitecture,
    os: "linux",
    config: { Cmd: ["/run"], ...image.config },
    rootfs: { type: "layers", diff_ids: image.diffIds ?? layers.map(digest) },
  };
  const described = await write("application/vnd.oci.image.config.v1+json", Buffer.from(JSON.stringify(config)));
  const type = "application/vnd.oci.image.manifest.v1+json";
  const manifest = { schemaVersion: 2, mediaType: type, config: described, layers: written };
  const found = await write(type, Buffer.from(JSON.stringify(manifest)));
  const promised = image.promisedDigest ?? found.digest;
  if (promised !== found.digest) {
    await writeFile(join(directory, "blobs/sha256", promised.slice("sha256:".length)), JSON.stringify(manifest));
  }
  const annotations = { "org.opencontainers.image.ref.name": name };
  const index = { schemaVersion: 2, manifests: [{ ...found, digest: promised, annotations }] };
  await writeFile(join(directory, "index.json"), JSON.stringify(index));
  await writeFile(join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return `oci:${directory}:${name}`;
}
