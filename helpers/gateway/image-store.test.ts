import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openImageCache } from "../image-cache/cache.ts";
import { findImage as findIn, type DeployedImage } from "./image-store.ts";

const starts = { entrypoint: ["/usr/bin/fwatchdog"], env: { fprocess: "node x.js" }, watchdog: "watchdog-1" };
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kb-images-"));
  const add = async (path: string, json: string): Promise<void> => {
    await mkdir(join(directory, path), { recursive: true });
    await writeFile(join(directory, path, "image.json"), json);
  };
  await add("kb/hello/latest", JSON.stringify({ ...starts, digest: "sha256:1" }));
  await add("localhost:5000/kb/hello/v1", JSON.stringify({ ...starts, digest: "sha256:2" }));
  await add("kb/broken/latest", "{}");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const findImage = (
  imagesDirectory: string,
  reference: string,
  registries: readonly string[] = [],
): Promise<DeployedImage> => {
  const cache = openImageCache({ directory: join(directory, "cache"), signal: AbortSignal.timeout(600_000) });
  return findIn({ imagesDirectory, cache, registries }, reference);
};

test("finds an image by repository and tag, latest by default", async () => {
  const { entrypoint, env } = starts;
  const watchdogDirectory = join(directory, "watchdog-1");
  const image = {
    kind: "stored",
    directory: join(directory, "kb/hello/latest"),
    watchdogDirectory,
    entrypoint,
    env,
    digest: "sha256:1",
  };
  expect(await findImage(directory, "kb/hello")).toEqual(image);
  expect(await findImage(directory, "kb/hello:latest")).toEqual(image);
  expect((await findImage(directory, "localhost:5000/kb/hello:v1")).digest).toBe("sha256:2");
});

test("names an unknown reference and lists the known ones", async () => {
  const finding = findImage(directory, "kb/hello:v2");
  await expect(finding).rejects.toThrow(
    "unknown image kb/hello:v2; known images: kb/broken:latest, kb/hello:latest, localhost:5000/kb/hello:v1",
  );
  await expect(finding).rejects.toMatchObject({ details: { status: 400 } });
});

test("says what is wrong with an image.json", async () => {
  await expect(findImage(directory, "kb/broken")).rejects.toThrow(/unusable image.json.*entrypoint/s);
});

test.each([
  "../etc:latest",
  "kb/../../etc",
  "/etc/passwd",
  "kb/hello:..",
  "kb/hello:a/b",
  "",
  "kb//hello",
  "kb/.hidden",
  "Kb/Hello",
])("refuses %j, which is not a reference", async (reference) => {
  await expect(findImage(directory, reference)).rejects.toThrow(/is not an image reference/);
});
