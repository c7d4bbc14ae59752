/** Layers of images with headers that no builder writes, in a folder whose surroundings nobody may touch. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { folder, type HandMadeEntry, hardLink, link } from "../../image-cache/testing/hand-made-image.ts";
import { applyEdits, editsWith } from "./altered.test-support.ts";

export interface LayerSurroundings extends AsyncDisposable {
  /** For what is tried. */
  readonly root: string;
  /** What layers aim at. */
  readonly victim: string;
  /** @throws where the victim is not as it was, or a neighbour of the folders of `own` has come */
  readonly expectUntouched: (...own: readonly string[]) => Promise<void>;
}

export async function makeSurroundings(): Promise<LayerSurroundings> {
  const root = await mkdtemp(join(tmpdir(), "kb-altered-layers-"));
  const victim = join(root, "victim");
  await mkdir(victim);
  await writeFile(join(victim, "precious"), "untouched");
  return {
    root,
    victim,
    async expectUntouched(...own) {
      expect((await readdir(root)).filter((name) => !own.includes(name))).toEqual(["victim"]);
      expect(await readdir(victim)).toEqual(["precious"]);
      expect(await readFile(join(victim, "precious"), "utf8")).toBe("untouched");
      expect((await stat(join(victim, "precious"))).nlink).toBe(1);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** Entries that are fine, and those of attacks on `victim`. */
export function oddEntries(victim: string): fc.Arbitrary<readonly HandMadeEntry[]> {
  const up = "../../../../../../../../../..";
  const entries: readonly HandMadeEntry[] = [
    ...[folder("etc"), folder("."), folder(".."), folder("/"), folder("a/b/c/"), folder(""), folder(victim)],
    ...[
      { name: "etc/passwd", content: "x" },
      { name: "a/b", content: "y" },
      { name: "etc", content: "a file now" },
    ],
    ...[link("way", victim), link("way", `${up}${victim}`), link("self", "self"), link("etc", victim), link("a", "/")],
    ...[
      hardLink("x", join(victim, "precious")),
      hardLink("x", `${up}${victim}/precious`),
      hardLink("x", "way/precious"),
    ],
    ...[
      "way/new",
      "way/.wh.precious",
      "way/.wh..wh..opq",
      "etc/.wh.passwd",
      ".wh.etc",
      ".wh..wh..opq",
      ".wh..",
      ".wh...",
    ].map((name) => ({ name })),
    ...[`${up}${victim}/new`, `${victim}/new`, "./././x", "a\\b", "a\nb", "n".repeat(300), "d/".repeat(200)].map(
      (name) => ({ name, content: "x" }),
    ),
    { name: "disk", type: "block-device", devmajor: 7, devminor: 0 },
    { name: "pipe", type: "fifo" },
    { name: "su", mode: 0o6777, uid: 2 ** 21 - 1, gid: 2 ** 21 - 1, content: "x" },
    { name: "sparse", pax: { "GNU.sparse.realsize": "1000000000000000" } },
    { name: "long", pax: { path: `${up}${victim}/new`, linkpath: victim, size: "99999999999999" } },
    { name: "label", pax: { "SCHILY.xattr.user.a": "b", "SCHILY.xattr.security.capability": "x" } },
  ];
  return fc.array(fc.constantFrom(...entries), { minLength: 1, maxLength: 6 });
}

const words = [
  "../",
  "/..",
  "..\0",
  "\0",
  "ustar\0",
  "ustar  \0",
  "77777777777\0",
  "-0000000001",
  "\x80\0\0\0\0\0\0\0\xff",
  "0",
];

/** For tars, most of which are left as they are. */
export const tarEdits: fc.Arbitrary<ReturnType<typeof editsWith> extends fc.Arbitrary<infer E> ? E : never> = fc.oneof(
  fc.constant([]),
  editsWith([...words, ..."1234567LKxgSVM".split("")]),
);

/** With sums that fit, so that a reader looks at what else the headers say. */
export function applyTarEdits(tar: Buffer, edits: Parameters<typeof applyEdits>[1]): Buffer {
  const altered = Buffer.from(applyEdits(tar, edits));
  for (let at = 0; at + 512 <= altered.length; at += 512) {
    const block = altered.subarray(at, at + 512);
    if (!block.toString("latin1", 257, 262).startsWith("ustar")) continue;
    block.fill(" ", 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  }
  return altered;
}
