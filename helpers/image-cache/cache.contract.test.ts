import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../sandboxes/run-command.ts";
import { onPath } from "../runtimes/binary.ts";
import { type FetchedImage, type ImageCache, openImageCache } from "./cache.ts";
import { makeDraft, onlyOne } from "./drafts.ts";
import { parseReference } from "./reference.ts";
import { folder, tarOf, writeHandMade } from "./testing/hand-made-image.ts";

const programs = await Promise.all(["skopeo", "umoci"].map((name) => onPath(name)));
const absent = process.geteuid?.() !== 0 ? "only root can" : programs.includes(undefined) ? "no skopeo or umoci" : "";
const signal = AbortSignal.timeout(3_600_000);

describe.skipIf(absent !== "")(`cache of images ${absent}`, () => {
  let root: string;
  let layout: string;
  let cache: ImageCache;
  const find = (text: string): Promise<FetchedImage> => {
    const reference = parseReference(text);
    if (reference === undefined) throw new TypeError(`${text} names its transport`);
    return cache.find(reference);
  };
  const skopeo = async (...words: readonly string[]): Promise<void> => {
    const { code, stderr } = await runCommand(["skopeo", "copy", "-q", ...words], { timeoutMs: 600_000 });
    expect([code, stderr]).toEqual([0, ""]);
  };

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "kb-cache-test-"));
    const passwd = "root:x:0:0::/root:/bin/sh\napp:x:100:101::/home/app:/bin/sh\n";
    const lower = [folder("etc"), { name: "etc/passwd", content: passwd }, { name: "gone", content: "x" }];
    const upper = [{ name: ".wh.gone" }, { name: "home/app/index", uid: 100, gid: 101, content: "hello" }];
    const layers = [await tarOf(lower), await tarOf(upper)];
    const config = { User: "app", Env: ["fprocess=x", "PATH=/bin"], WorkingDir: "/home/app", Cmd: ["fwatchdog"] };
    layout = await writeHandMade(join(root, "layout"), { layers, config });
    cache = openImageCache({ directory: join(root, "cache"), signal });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test("unpacks an image once for all who ask at the same time, and finds it again without its source", async () => {
    const others = openImageCache({ directory: join(root, "cache"), signal });
    const reference = parseReference(layout);
    if (reference === undefined) throw new TypeError("it names its transport");
    const found = await Promise.all([find(layout), find(layout), others.find(reference)]);
    const unpacked = await Promise.all(found.map((image) => image.unpack()));
    expect(new Set(unpacked.map(({ directory }) => directory)).size).toBe(1);
    const [image] = unpacked;
    expect(image).toMatchObject({ user: { uid: 100, gid: 101 }, home: "/home/app", files: 5 });
    expect(await readdir(image?.directory ?? "")).toEqual(["etc", "home"]);
    expect(found[0].config).toMatchObject({
      command: ["fwatchdog"],
      env: { fprocess: "x", PATH: "/bin" },
      workingDirectory: "/home/app",
    });
    expect(await readdir(join(root, "cache"))).toEqual([found[0].digest.slice("sha256:".length)]);

    await rm(join(root, "layout/blobs"), { recursive: true });
    expect((await find(layout)).unpacked()).toEqual(image);
  });

  test("takes archives of both kinds, also with the tag that faas-cli writes behind a path", async () => {
    const source = await writeHandMade(join(root, "again"), { layers: [await tarOf([{ name: "a", content: "b" }])] });
    const archives = [`oci-archive:${root}/oci.tar`, `docker-archive:${root}/docker.tar`];
    for (const archive of archives) {
      await skopeo(source, archive);
      const image = await find(archive);
      expect((await find(`${archive}:latest`)).digest).toBe(image.digest);
      expect(await readFile(join((await image.unpack()).directory, "a"), "utf8")).toBe("b");
    }
  });

  test("an unpacking that was killed is cleared away, and does not keep others waiting", async () => {
    const place = join(root, "cache", "f".repeat(64));
    const code = `
      import { makeDraft, onlyOne } from ${JSON.stringify(new URL("drafts.ts", import.meta.url).href)};
      await onlyOne(${JSON.stringify(place)}, new AbortController().signal);
      const { path } = await makeDraft(${JSON.stringify(place)});
      console.log(path); setInterval(() => {}, 1000);`;
    const killed = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(killed.stdout, "data");
    expect((await readdir(join(root, "cache"))).filter((name) => name.startsWith("fff"))).toHaveLength(3);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    await using _lock = await onlyOne(place, signal);
    await using draft = await makeDraft(place);
    const left = (await readdir(join(root, "cache"))).filter((name) => name.startsWith("fff"));
    expect(left.filter((name) => !draft.path.endsWith(name.replace(".owner", "")))).toEqual([`${"f".repeat(64)}.lock`]);
  });

  test("a umask of 077 keeps no function out of its own folders", async () => {
    const entries = [{ name: "home/app/index", uid: 100, content: "x" }];
    const source = await writeHandMade(join(root, "umask"), { layers: [await tarOf(entries)] });
    const before = process.umask(0o077);
    try {
      const { directory } = await (await find(source)).unpack();
      for (const path of ["home", "home/app"]) expect((await stat(join(directory, path))).mode & 0o777).toBe(0o755);
    } finally {
      process.umask(before);
    }
  });

  test("what somebody has removed from an unpacked image is fetched again", async () => {
    const source = await writeHandMade(join(root, "third"), { layers: [await tarOf([{ name: "c", content: "d" }])] });
    const { directory } = await (await find(source)).unpack();
    await rm(directory, { recursive: true });
    expect(await readFile(join((await (await find(source)).unpack()).directory, "c"), "utf8")).toBe("d");
  });

  test("fetches from a registry, by the digest that it names", async () => {
    await writeHandMade(join(root, "fourth"), { layers: [await tarOf([{ name: "e", content: "f" }])] });
    const index = JSON.parse(await readFile(join(root, "fourth/index.json"), "utf8")) as {
      manifests: { digest: string }[];
    };
    const digest = String(index.manifests[0]?.digest);
    const blob = (name: string): Promise<Buffer> =>
      readFile(join(root, "fourth/blobs/sha256", name.replace("sha256:", "")));
    const registry = createServer((request, answer) => {
      const [, what = "", name = ""] = /^\/v2\/team\/hello\/(manifests|blobs)\/(.+)$/.exec(request.url ?? "") ?? [];
      if (request.url === "/v2/") return void answer.end("{}");
      blob(name === "v1" ? digest : name).then(
        (content) => {
          const type = what === "manifests" ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream";
          answer.writeHead(200, {
            "content-type": type,
            "content-length": content.length,
            "docker-content-digest": digest,
          });
          answer.end(request.method === "HEAD" ? undefined : content);
        },
        () => answer.writeHead(404).end(),
      );
    }).listen(0, "127.0.0.1");
    await once(registry, "listening");
    try {
      const address = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
      const image = await find(`docker://${address}/team/hello:v1`);
      expect(image).toMatchObject({ digest, source: `docker://${address}/team/hello@${digest}` });
      expect(await readFile(join((await image.unpack()).directory, "e"), "utf8")).toBe("f");
      await expect(find(`docker://${address}/team/hello:v2`)).rejects.toThrow(/v2 is not found/);
    } finally {
      registry.closeAllConnections();
      registry.close();
    }
  });

  test("an index without a manifest for the name lists the names that it has", async () => {
    await mkdir(join(root, "empty"));
    await writeFile(join(root, "empty/index.json"), JSON.stringify({ schemaVersion: 2, manifests: [] }));
    await expect(find(`oci:${root}/empty:v1`)).rejects.toThrow(/has no image "v1"; its images: none/);
  });
});
