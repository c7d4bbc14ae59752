/** Images of somebody else's as they lie unpacked, one folder per digest, shared by all runs of a user. */
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { KaliumError } from "../base/errors.ts";
import { privateCache } from "../runtimes/binary.ts";
import { type Draft, makeDraft, onlyOne } from "./drafts.ts";
import { type IdentifiedImage, identify, verifyManifest } from "./identify.ts";
import { type ImageConfig, readImageConfig } from "./image-config.ts";
import { type ImageLimits, imageLimits } from "./plain-layers.ts";
import { type ImageReference, sourceOf } from "./reference.ts";
import { copyImage, readConfig } from "./skopeo.ts";
import { unpackLayout, writePlainLayout } from "./unpack.ts";

/** An image that is known to exist and to fit this machine; perhaps not fetched yet. */
export interface FetchedImage {
  readonly kind: "fetched";
  /** Where it was found. */
  readonly source: string;
  /** Of the manifest or index that the source names, `sha256:<hex>`. */
  readonly digest: string;
  readonly config: ImageConfig;
  /** Fetches and unpacks it, once, whoever asks. @throws {KaliumError} E_DEPLOY */
  readonly unpack: () => Promise<UnpackedImage>;
  /** What `unpack` has given, if it is there. */
  readonly unpacked: () => UnpackedImage | undefined;
}

export interface UnpackedImage {
  /** The root file system. */
  readonly directory: string;
  /** Of all layers before compression. */
  readonly bytes: number;
  readonly files: number;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids: readonly number[] };
  /** Of the user; absent: the image does not say. */
  readonly home?: string;
}

export interface ImageCache {
  /** @throws {KaliumError} E_DEPLOY, E_SETUP */
  find(reference: ImageReference): Promise<FetchedImage>;
}

export interface ImageCacheOptions {
  readonly directory?: string;
  readonly limits?: ImageLimits;
  /** Ends what is being fetched or unpacked. */
  readonly signal: AbortSignal;
}

const memoSchema = z.object({
  configText: z.string(),
  bytes: z.number(),
  files: z.number(),
  user: z.object({ uid: z.number(), gid: z.number(), additionalGids: z.array(z.number()) }),
  home: z.string().exactOptional(),
});
type Memo = z.infer<typeof memoSchema>;

/** `directory`: the cache's own, made when it is first needed. */
export function openImageCache({
  directory = join(privateCache(), "function-images"),
  limits = imageLimits,
  signal,
}: ImageCacheOptions): ImageCache {
  const unpacking = new Map<string, Promise<UnpackedImage>>();
  const place = ({ digest }: IdentifiedImage): string => join(directory, digest.slice("sha256:".length));

  const make = async (identified: IdentifiedImage, configText: string): Promise<UnpackedImage> => {
    const { diffIds } = readImageConfig(configText, sourceOf(identified.reference));
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await using _lock = await onlyOne(place(identified), signal);
    const already = await readMemo(place(identified));
    if (already !== undefined) return toUnpacked(place(identified), already); // by another process meanwhile
    await using draft = await makeDraft(place(identified));
    const memo = await fill(draft, identified, { configText, diffIds });
    await rm(place(identified), { recursive: true, force: true }); // what somebody has altered or half removed
    await rename(draft.path, place(identified));
    return toUnpacked(place(identified), memo);
  };

  const fill = async (
    draft: Draft,
    identified: IdentifiedImage,
    { configText, diffIds }: { configText: string; diffIds: readonly string[] },
  ): Promise<Memo> => {
    const at = (name: string): string => join(draft.path, name);
    await mkdir(at("copied"));
    await copyImage(identified.reference, at("copied"), signal);
    await verifyManifest(identified, signal); // after it: nobody has put another image in its place meanwhile
    const used = await writePlainLayout(at("copied"), at("layout"), { diffIds, limits });
    await rm(at("copied"), { recursive: true });
    const { home, ...user } = await unpackLayout(at("layout"), draft.path, { used, limits, signal });
    await rm(at("layout"), { recursive: true });
    const memo: Memo = {
      configText,
      ...used,
      user: { ...user, additionalGids: [...user.additionalGids] },
      ...(home !== undefined && { home }),
    };
    await writeFile(at("image.json"), JSON.stringify(memo));
    return memo;
  };

  return {
    async find(reference) {
      if (!(await ownsAllUsers())) {
        const hint = "Run it as root, outside of user namespaces: `sudo -E npm run serve`.";
        const reason = `image ${sourceOf(reference)}: only the machine's root can run images of others`;
        throw new KaliumError("E_DEPLOY", reason, { hint, details: { status: 400 } });
      }
      const identified = await identify(reference, signal);
      const source = sourceOf(identified.reference);
      const memo = await readMemo(place(identified));
      const configText = memo?.configText ?? (await readConfig(identified.reference, signal));
      let unpacked = memo && toUnpacked(place(identified), memo);
      return {
        kind: "fetched",
        source,
        digest: identified.digest,
        config: readImageConfig(configText, source),
        unpacked: () => unpacked,
        async unpack() {
          if (unpacked !== undefined) return unpacked;
          let making = unpacking.get(identified.digest);
          if (making === undefined) {
            making = make(identified, configText);
            unpacking.set(identified.digest, making);
            making.catch(() => undefined).finally(() => unpacking.delete(identified.digest));
          }
          return (unpacked = await making);
        },
      };
    },
  };
}

const toUnpacked = (place: string, { bytes, files, user, home }: Memo): UnpackedImage => ({
  directory: join(place, "rootfs"),
  bytes,
  files,
  user,
  ...(home !== undefined && { home }),
});

/** An image's files belong to several users: root of a user namespace with fewer cannot unpack them. */
async function ownsAllUsers(): Promise<boolean> {
  const mapped = await readFile("/proc/self/uid_map", "utf8");
  return process.geteuid?.() === 0 && /^\s*0\s+0\s+4294967295\s*$/.test(mapped);
}

/** `undefined`: not there; a folder without it was altered by somebody, and is replaced. */
async function readMemo(place: string): Promise<Memo | undefined> {
  try {
    const memo = memoSchema.parse(JSON.parse(await readFile(join(place, "image.json"), "utf8")));
    return (await stat(join(place, "rootfs"))).isDirectory() ? memo : undefined;
  } catch {
    return undefined;
  }
}
