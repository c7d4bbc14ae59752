/** Images that were made to harm the machine: refused, or kept within their own folder. */
import { createHash } from "node:crypto";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KaliumError } from "../base/errors.ts";
import { onPath } from "../runtimes/binary.ts";
import { type FetchedImage, openImageCache } from "./cache.ts";
import { imageLimits, type ImageLimits } from "./plain-layers.ts";
import { parseReference } from "./reference.ts";
import {
  type HandMadeEntry,
  folder,
  type HandMade,
  hardLink,
  link,
  tarOf,
  writeHandMade,
} from "./testing/hand-made-image.ts";

const programs = await Promise.all(["skopeo", "umoci"].map((name) => onPath(name)));
const absent = process.geteuid?.() !== 0 ? "only root can" : programs.includes(undefined) ? "no skopeo or umoci" : "";
const signal = AbortSignal.timeout(3_600_000);

describe.skipIf(absent !== "")(`malicious images ${absent}`, () => {
  let root: string;
  let count = 0;
  /** A folder of somebody else's, which all attacks aim at. */
  let victim: string;

  beforeAll(async () => (root = await mkdtemp(join(tmpdir(), "kb-malicious-"))));
  afterAll(() => rm(root, { recursive: true, force: true }));
  beforeEach(async () => {
    count += 1;
    victim = join(root, `victim-${count}`);
    await mkdir(victim);
    await writeFile(join(victim, "precious"), "untouched");
  });

  const untouched = async (): Promise<void> => {
    expect(await readdir(victim)).toEqual(["precious"]);
    expect(await readFile(join(victim, "precious"), "utf8")).toBe("untouched");
    expect((await stat(join(victim, "precious"))).nlink).toBe(1);
  };
  const cacheDirectory = (): string => join(root, `cache-${count}`);
  const find = async (image: HandMade, limits: ImageLimits = imageLimits): Promise<FetchedImage> => {
    const reference = parseReference(await writeHandMade(join(root, `image-${count}`), image));
    if (reference === undefined) throw new TypeError("it names its transport");
    return openImageCache({ directory: cacheDirectory(), limits, signal }).find(reference);
  };
  const unpack = async (...layers: readonly (readonly HandMadeEntry[])[]): Promise<string> => {
    const image = await find({ layers: await Promise.all(layers.map(tarOf)) });
    return (await image.unpack()).directory;
  };
  const refusal = async (unpacking: Promise<unknown>): Promise<KaliumError> => {
    const error = await unpacking.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof KaliumError)) throw new TypeError(`not refused: ${String(error)}`);
    expect(await readdir(cacheDirectory()).catch(() => [])).toEqual([]); // neither image nor draft nor lock
    return error;
  };

  test.for([
    [
      "a path with ..",
      () => [{ name: `../../../../../../../../..${victim}/new`, content: "x" }],
      /leads out of the image/,
    ],
    [
      "a hard link with ..",
      () => [hardLink("x", `../../../../../../../../..${victim}/precious`)],
      /leads out of the image/,
    ],
    ["a whiteout of ..", () => [folder("a"), { name: "a/.wh..." }], /whiteout .* removes no name/],
    ["a whiteout of the root", () => [{ name: ".wh.." }], /whiteout .* removes no name/],
    ["a sparse file", () => [{ name: "x", pax: { "GNU.sparse.realsize": "1000000000000000" } }], /sparse file/],
  ] as const)("refuses %s", async ([, entries, words]) => {
    expect((await refusal(unpack([folder("etc")], entries() as readonly HandMadeEntry[]))).message).toMatch(words);
    await untouched();
  });

  test("follows no symlink out of the image: neither to write nor to remove", async () => {
    const up = "../../../../../../../../../../../..";
    const directory = await unpack(
      [link("absolute", victim), link("relative", `${up}${victim}`), link("file", join(victim, "new"))],
      [
        { name: "absolute/new", content: "x" },
        { name: "file", content: "x" },
      ],
      [{ name: "relative/.wh.precious" }, { name: "relative/.wh..wh..opq" }, { name: "absolute/.wh.precious" }],
    );
    await untouched();
    expect((await lstat(join(directory, "file"))).isFile()).toBe(true);
  });

  test("links no file from outside", async () => {
    const outside = unpack([hardLink("x", join(victim, "precious"))]);
    expect((await refusal(outside)).message).toMatch(/cannot be unpacked/);
    const through = unpack([link("way", victim), hardLink("y", "way/precious")]);
    await through.catch(() => undefined);
    await untouched();
  });

  test("keeps device nodes and setuid programs where no other user can reach them", async () => {
    const device: HandMadeEntry = { name: "disk", type: "block-device", devmajor: 7, devminor: 0, mode: 0o666 };
    const directory = await unpack([device, { name: "su", mode: 0o4755, content: "x" }]);
    expect((await lstat(join(directory, "su"))).mode & 0o7777).toBe(0o4755);
    for (const path of [cacheDirectory(), join(directory, "..")]) expect((await stat(path)).mode & 0o077).toBe(0);
  });

  test("stops at the limit of bytes, however well they are packed", async () => {
    const zeros: HandMadeEntry = { name: "zeros", content: "\0".repeat(8 * 2 ** 20) };
    const image = await find({ layers: [await tarOf([zeros])] }, { ...imageLimits, bytes: 2 ** 20 });
    expect((await refusal(image.unpack())).message).toMatch(/above 1048576 bytes/);
  });

  test("stops at the limit of files", async () => {
    const many = Array.from({ length: 1_001 }, (_, index): HandMadeEntry => ({ name: `f${index}` }));
    const image = await find({ layers: [await tarOf(many)] }, { ...imageLimits, files: 1_000 });
    expect((await refusal(image.unpack())).message).toMatch(/above 1000 files/);
  });

  test("refuses a manifest that is not the one that the index promises", async () => {
    const other = `sha256:${createHash("sha256").update("another").digest("hex")}`;
    const image = await find({ layers: [await tarOf([folder("etc")])], promisedDigest: other });
    const { message, hint } = await refusal(image.unpack());
    expect(message).toContain(`expected ${other}`);
    expect(hint).toContain("altered");
  });

  test("refuses a layer that is not what the configuration promises", async () => {
    const other = `sha256:${createHash("sha256").update("another").digest("hex")}`;
    const image = await find({ layers: [await tarOf([folder("etc")])], diffIds: [other] });
    expect((await refusal(image.unpack())).message).toContain(`expected ${other}`);
  });

  test("writes no layer where the configuration's digests lead", async () => {
    const diffIds = [`sha256:../../../../../../../../..${victim}/new`];
    const image = find({ layers: [await tarOf([folder("etc")])], diffIds }).then((found) => found.unpack());
    expect((await refusal(image)).message).toMatch(/only sha256 digests are supported/);
    await untouched();
  });

  test("takes layers of gzip, zstd and none, and refuses what is not an archive", async () => {
    for (const packed of [gzipSync, zstdCompressSync, (layer: Buffer) => layer]) {
      const image = await find({ layers: [await tarOf([{ name: "a", content: "b" }])], packed });
      expect(await readFile(join((await image.unpack()).directory, "a"), "utf8")).toBe("b");
      await rm(cacheDirectory(), { recursive: true });
    }
    for (const noise of ["x".repeat(2_000), "\u00fd7zXZ".repeat(500)]) {
      const image = await find({ layers: [Buffer.from(noise, "latin1")] });
      expect((await refusal(image.unpack())).message).toMatch(/not a usable archive/);
    }
  });
});
