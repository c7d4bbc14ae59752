import type { BlobStore, Descriptor } from "./blob-store.ts";
import type { Layer } from "./layer.ts";

export const manifestMediaType = "application/vnd.oci.image.manifest.v1+json";
const configMediaType = "application/vnd.oci.image.config.v1+json";

/** How a container of an image starts. */
export interface ImageSettings {
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  readonly workingDirectory: string;
  /** `user` or `uid:gid`; absent: root. */
  readonly user?: string;
  readonly ports?: readonly number[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Image {
  /** Of the manifest: its digest is the image's. */
  readonly descriptor: Descriptor;
  /** Everything that the manifest names. */
  readonly blobs: readonly Descriptor[];
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** The words of the OCI image-spec (config.md). */
const architectures: Readonly<Record<string, string>> = { x64: "amd64" };

/** Writes configuration and manifest. Without a date: the same layers and settings give the same digest. */
export async function writeImage(store: BlobStore, layers: readonly Layer[], settings: ImageSettings): Promise<Image> {
  const config = await store.write(
    configMediaType,
    JSON.stringify({
      architecture: architectures[process.arch] ?? process.arch,
      os: "linux",
      config: {
        ...(settings.user === undefined ? {} : { User: settings.user }),
        ...(settings.ports && { ExposedPorts: Object.fromEntries(settings.ports.map((port) => [`${port}/tcp`, {}])) }),
        Env: Object.entries(settings.env).map(([name, value]) => `${name}=${value}`),
        Entrypoint: settings.entrypoint,
        ...(settings.command && { Cmd: settings.command }),
        WorkingDir: settings.workingDirectory,
        ...(settings.labels && { Labels: settings.labels }),
      },
      rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(() => ({ created_by: "kalium-bench" })),
    }),
  );
  const descriptors = layers.map(({ descriptor }) => descriptor);
  const manifest = { schemaVersion: 2, mediaType: manifestMediaType, config, layers: descriptors };
  const descriptor = await store.write(manifestMediaType, JSON.stringify(manifest));
  return { descriptor, config, layers: descriptors, blobs: [config, ...descriptors] };
}
