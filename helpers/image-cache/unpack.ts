import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { KaliumError } from "../base/errors.ts";
import { runCommand } from "../sandboxes/run-command.ts";
import { manifestDigest } from "./identify.ts";
import { digestSchema, jsonOf } from "./image-config.ts";
import { checkSpace, type ImageLimits, type Usage, writePlainLayer } from "./plain-layers.ts";
import { programNamed } from "./skopeo.ts";

const descriptor = z.object({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.number().int().nonnegative(),
});
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });

/** Large images on a slow disk. */
const unpackTimeoutMs = 3_600_000;

/**
 * Makes a plain OCI layout of an image that skopeo has copied to a folder: layers unpacked and looked through. What it
 * was copied to is used up.
 * @param diffIds of the image's configuration
 * @throws {KaliumError} E_DEPLOY
 */
export async function writePlainLayout(
  copied: string,
  layout: string,
  { diffIds, limits }: { readonly diffIds: readonly string[]; readonly limits: ImageLimits },
): Promise<Usage> {
  const blobs = join(layout, "blobs/sha256");
  await mkdir(blobs, { recursive: true });
  const { config, layers } = readManifestOf(await readFile(join(copied, "manifest.json"), "utf8"));
  if (layers.length !== diffIds.length) {
    throw refused(`its manifest has ${layers.length} layers, and its configuration ${diffIds.length}`);
  }
  const used: Usage = { bytes: 0, files: 0 };
  const plain = [];
  for (const [index, { digest }] of layers.entries()) {
    const expected = String(diffIds[index]);
    const to = join(blobs, expected.slice("sha256:".length));
    const from = join(copied, digest.slice("sha256:".length));
    const seen = await writePlainLayer({ digest, from, to }, used, limits);
    if (seen !== expected) throw refused(`layer ${digest} unpacks to ${seen}, expected ${expected}`);
    if (![config, ...layers.slice(index + 1)].some((later) => later.digest === digest)) await rm(from);
    const size = (await stat(to)).size;
    plain.push({ mediaType: "application/vnd.oci.image.layer.v1.tar", digest: expected, size });
  }
  const configText = await readFile(join(copied, config.digest.slice("sha256:".length)), "utf8");
  const write = async (text: string, mediaType: string): Promise<z.infer<typeof descriptor>> => {
    const digest = manifestDigest(text);
    await writeFile(join(blobs, digest.slice("sha256:".length)), text);
    return { mediaType, digest, size: Buffer.byteLength(text) };
  };
  const written = await write(configText, "application/vnd.oci.image.config.v1+json");
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: written, layers: plain });
  const annotations = { "org.opencontainers.image.ref.name": "image" };
  const manifests = [{ ...(await write(manifest, mediaType)), annotations }];
  await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
  return used;
}

/** Of the copy. @throws {KaliumError} E_DEPLOY */
function readManifestOf(text: string): z.infer<typeof manifestSchema> {
  const parsed = manifestSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw refused(`its manifest is unusable: ${z.prettifyError(parsed.error)}`);
}

const runtimeConfigSchema = z.object({
  process: z.object({
    user: z.object({
      uid: z.number().int(),
      gid: z.number().int(),
      additionalGids: z.array(z.number().int()).nullish(),
    }),
    env: z.array(z.string()),
  }),
});

export interface UnpackedUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly home: string | undefined;
}

/**
 * Unpacks a plain layout to `<draft>/rootfs`. umoci follows no link out of it, whatever the layers say.
 * @returns the user that the image names, looked up in its own files
 * @throws {KaliumError} E_DEPLOY
 */
export async function unpackLayout(
  layout: string,
  draft: string,
  { used, limits, signal }: { readonly used: Usage; readonly limits: ImageLimits; readonly signal: AbortSignal },
): Promise<UnpackedUser> {
  const umoci = await programNamed("umoci");
  await checkSpace(draft, used.bytes);
  const run = async (...words: readonly string[]): Promise<void> => {
    // Folders that a layer does not name get what the umask leaves, and functions must be able to enter them.
    const open = ["sh", "-c", 'umask 022 && exec "$@"', "x"] as const;
    const bound = ["setpriv", "--pdeathsig", "KILL", "prlimit", `--fsize=${limits.bytes}`, ...open, umoci] as const;
    const { code, stdout, stderr } = await runCommand([...bound, ...words], { timeoutMs: unpackTimeoutMs, signal });
    if (code === 0) return;
    const last =
      `${stdout}\n${stderr}`
        .trim()
        .split("\n")
        .at(-1)
        ?.replace(/^[\s\W]+/, "") ?? "";
    throw refused(`umoci refuses it: ${last}`);
  };
  const rootfs = join(draft, "rootfs");
  const config = join(draft, "config.json");
  await run("raw", "unpack", "--image", `${layout}:image`, rootfs);
  await run("raw", "runtime-config", "--image", `${layout}:image`, "--rootfs", rootfs, config);
  const { user, env } = runtimeConfigSchema.parse(JSON.parse(await readFile(config, "utf8"))).process;
  await rm(config);
  const home = env.find((word) => word.startsWith("HOME="))?.slice("HOME=".length);
  return { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids ?? [], home };
}

const refused = (reason: string): KaliumError =>
  new KaliumError("E_DEPLOY", `the image cannot be unpacked: ${reason}`, {
    hint: "Build the image again.",
    details: { status: 400, lasting: true },
  });
