/** Layers and manifests of images of others, altered: what we read ourselves, before umoci gets a layer. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readImageConfig } from "../../image-cache/image-config.ts";
import { type ImageLimits, writePlainLayer } from "../../image-cache/plain-layers.ts";
import { writePlainLayout } from "../../image-cache/unpack.ts";
import { ociArchitecture } from "../../image-cache/skopeo.ts";
import { sha256 } from "../../images/oci/blob-store.ts";
import { folder, tarOf } from "../../image-cache/testing/hand-made-image.ts";
import { fieldEditsWith, jsonWithFields } from "./altered-fields.test-support.ts";
import { applyTarEdits, makeSurroundings, oddEntries, tarEdits } from "./altered-layers.test-support.ts";
import { alteredRuns, applyEdits, editsWith, expectOwn, refuseForeign } from "./altered.test-support.ts";

const limits: ImageLimits = { bytes: 2 ** 20, files: 50 };
const packings = [(tar: Buffer) => tar, gzipSync, zstdCompressSync];

test("layers, altered: a plain tar within its limits, or a refusal, and nothing beside it", async () => {
  await using around = await makeSurroundings();
  const own = join(around.root, "own");
  await mkdir(own);
  const [from, to] = [join(own, "layer"), join(own, "plain")];
  const packedEdits = fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, { arbitrary: editsWith(), weight: 1 });
  const drawn = fc.tuple(oddEntries(around.victim), tarEdits, fc.constantFrom(...packings), packedEdits);
  const property = fc.asyncProperty(drawn, async ([entries, edits, pack, edited]) => {
    const tar = applyTarEdits(await tarOf(entries), edits);
    await writeFile(from, applyEdits(pack(tar), edited));
    const used = { bytes: 0, files: 0 };
    try {
      const digest = await writePlainLayer({ digest: "altered", from, to }, used, limits);
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      if (edited.length === 0) expect(digest).toBe(sha256(tar));
      expect([used.bytes <= limits.bytes, used.files <= limits.files]).toEqual([true, true]);
    } catch (error) {
      refuseForeign(error);
    }
  });
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
  await around.expectUntouched("own");
});

test("manifests and configurations, altered: digests lead nowhere", async () => {
  await using around = await makeSurroundings();
  const [copied, layout] = [join(around.root, "copied"), join(around.root, "layout")];
  await mkdir(copied);
  const tar = await tarOf([folder("etc")]);
  const digest = sha256(tar);
  const bare = digest.slice("sha256:".length);
  const described = { mediaType: "application/vnd.oci.image.layer.v1.tar", digest, size: tar.length };
  const config = {
    architecture: ociArchitecture,
    os: "linux",
    config: { Cmd: ["/run"], Env: ["A=b"], User: "0" },
    rootfs: { type: "layers", diff_ids: [digest] },
  };
  const manifest = { schemaVersion: 2, config: described, layers: [described] };
  const leading = [`sha256:${"../".repeat(9)}${around.victim}/new`, "sha256:", `sha256:${bare}/../x`, `SHA256:${bare}`];
  const edits = fieldEditsWith([...leading, digest, [digest, digest]]);
  const property = fc.asyncProperty(edits, edits, (ofConfig, ofManifest) =>
    expectOwn(async () => {
      await writeFile(join(copied, bare), tar); // it is used up
      await writeFile(join(copied, "manifest.json"), jsonWithFields(manifest, ofManifest));
      const { diffIds } = readImageConfig(jsonWithFields(config, ofConfig), "altered");
      await writePlainLayout(copied, layout, { diffIds, limits });
    }),
  );
  await fc.assert(property, { numRuns: alteredRuns, seed: 1 });
  await around.expectUntouched("copied", "layout");
});
