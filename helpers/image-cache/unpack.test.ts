import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { manifestDigest } from "./identify.ts";
import { imageLimits } from "./plain-layers.ts";
import { writePlainLayout } from "./unpack.ts";

/** A copy of an image with this manifest and these blobs, laid out. */
async function layOut(manifest: object | string, diffIds: readonly string[], ...blobs: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "kb-unpack-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const text = typeof manifest === "string" ? manifest : JSON.stringify(manifest);
  await writeFile(join(folder, "manifest.json"), text);
  for (const blob of blobs) await writeFile(join(folder, manifestDigest(blob).slice("sha256:".length)), blob);
  return writePlainLayout(folder, join(folder, "layout"), { diffIds, limits: imageLimits });
}

const empty = "\0".repeat(1_024);
const described = { mediaType: "a", digest: manifestDigest(empty), size: empty.length };

test("a configuration that is a layer, too, is still there when it is copied", async () => {
  const { digest } = described;
  expect(await layOut({ config: described, layers: [described] }, [digest], empty)).toEqual({ bytes: 1_024, files: 0 });
});

test.each(["", "[]", JSON.stringify({ config: described, layers: [{ ...described, digest: "sha256:../x" }] })])(
  "refuses the manifest %j in words",
  async (manifest) => {
    await expect(layOut(manifest, [])).rejects.toThrow(/^the image cannot be unpacked: its manifest is unusable: /);
  },
);
