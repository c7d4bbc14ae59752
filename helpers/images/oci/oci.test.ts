import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { extract } from "tar-stream";
import { archiveOf, fullName } from "./archive.ts";
import { openBlobStore } from "./blob-store.ts";
import { writeImage, type Image } from "./image.ts";
import { writeLayer, type LayerEntry } from "./layer.ts";

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "oci-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

const settings = {
  env: { PATH: "/bin", MODE: "http" },
  entrypoint: ["/bin/true"],
  workingDirectory: "/srv",
  user: "65534:65534",
  ports: [8080],
};

async function build(directory: string, file: string): Promise<Image> {
  const store = await openBlobStore(directory);
  const entries: readonly LayerEntry[] = [
    { path: "/srv/fn/program", kind: "file", from: file, mode: 0o755 },
    { path: "/tmp", kind: "folder", mode: 0o1777 },
    { path: "/etc/passwd", kind: "text", content: "root:x:0:0::/:/bin/false\n" },
    { path: "/lib", kind: "link", target: "usr/lib" },
  ];
  const layers = [
    await writeLayer(store, entries),
    await writeLayer(store, [{ path: "/x", kind: "text", content: "" }]),
  ];
  return writeImage(store, layers, settings);
}

/** Name to content. */
async function entriesOf(tar: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) found.set(entry.header.name, await buffer(entry));
  return found;
}

test("the same files give the same digests in another folder at another time", async () => {
  const [one, other, files] = [await scratch(), await scratch(), await scratch()];
  const file = join(files, "program");
  await writeFile(file, "one");
  const first = await build(one, file);
  await writeFile(file, "one"); // another modification time
  expect(await build(other, file)).toEqual(first);
  expect(await build(one, file)).toEqual(first);
  await writeFile(file, "two");
  expect((await build(one, file)).descriptor.digest).not.toBe(first.descriptor.digest);
});

test("every blob of an archive has the digest and size that its name and manifest say", async () => {
  const [directory, files] = [await scratch(), await scratch()];
  const file = join(files, "program");
  await writeFile(file, "x".repeat(300_000));
  const image = await build(directory, file);
  const archive = archiveOf(await openBlobStore(directory), [
    { image, references: ["kalium-bench/a:1", "host:5000/a:2"] },
  ]);
  const entries = await entriesOf(await buffer(archive));
  const blobs = [...entries].filter(([name]) => name.startsWith("blobs/"));
  expect(blobs).toHaveLength(4);
  for (const [name, content] of blobs) {
    expect(name).toBe(`blobs/sha256/${createHash("sha256").update(content).digest("hex")}`);
  }
  const index = JSON.parse(String(entries.get("index.json"))) as {
    manifests: { annotations: Record<string, string> }[];
  };
  expect(index.manifests.map(({ annotations }) => annotations["io.containerd.image.name"])).toEqual([
    "docker.io/kalium-bench/a:1",
    "host:5000/a:2",
  ]);
  const config = JSON.parse(String(entries.get(`blobs/${image.config.digest.replace(":", "/")}`))) as {
    rootfs: { diff_ids: string[] };
    config: object;
  };
  expect(config.config).toMatchObject({ User: "65534:65534", Env: ["PATH=/bin", "MODE=http"], WorkingDir: "/srv" });
  for (const [at, { digest, size }] of image.layers.entries()) {
    const content = entries.get(`blobs/${digest.replace(":", "/")}`) ?? Buffer.alloc(0);
    expect(content.length).toBe(size);
    const plain = createHash("sha256").update(gunzipSync(content)).digest("hex");
    expect(config.rootfs.diff_ids[at]).toBe(`sha256:${plain}`);
  }
});

test("tar unpacks a layer with its folders, modes and links", async () => {
  const [directory, files] = [await scratch(), await scratch()];
  const file = join(files, "program");
  await writeFile(file, "echo");
  const image = await build(directory, file);
  const store = await openBlobStore(directory);
  const [layer] = image.layers;
  const { stdout } = await promisify(execFile)("tar", ["-tvzf", store.pathOf(layer?.digest ?? "")]);
  expect(stdout).toMatch(/^drwxr-xr-x 0\/0 .* srv\/fn\/$/m);
  expect(stdout).toMatch(/^-rwxr-xr-x 0\/0 +4 1970-01-01 .* srv\/fn\/program$/m);
  expect(stdout).toMatch(/^drwxrwxrwt 0\/0 .* tmp\/$/m);
  expect(stdout).toMatch(/^lrwxrwxrwx 0\/0 .* lib -> usr\/lib$/m);
});

test("names are completed as container runtimes complete them", () => {
  expect(["a", "kalium-bench/a:1", "localhost/a", "localhost:5000/a", "ghcr.io/x/a:1"].map(fullName)).toEqual([
    "docker.io/library/a",
    "docker.io/kalium-bench/a:1",
    "localhost/a",
    "localhost:5000/a",
    "ghcr.io/x/a:1",
  ]);
});
