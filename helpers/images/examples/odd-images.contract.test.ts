/** Images that run, but not as a function of OpenFaaS should, or that lay traps for whoever prepares their root. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messageOf } from "../../base/errors.ts";
import { type ImageGateway, noForeignImages, startImageGateway } from "../../gateway/image-gateway.test-support.ts";
import { openImageCache } from "../../image-cache/cache.ts";
import { parseReference } from "../../image-cache/reference.ts";
import {
  type HandMadeEntry,
  folder,
  type HandMade,
  link,
  tarOf,
  writeHandMade,
} from "../../image-cache/testing/hand-made-image.ts";
import { onPath } from "../../runtimes/binary.ts";
import { verifyProof } from "../../runtimes/verify-proof.ts";
import { buildExample } from "./build-examples.ts";

const why = noForeignImages || ((await onPath("go")) === undefined ? "without Go" : "");

describe.skipIf(why !== "")(`odd images ${why}`, () => {
  let gateway: ImageGateway;
  let root: string;
  let programs: readonly HandMadeEntry[];
  const startsItself = {
    Cmd: ["/watchdog"],
    Env: ["mode=http", "fprocess=/handler", "upstream_url=http://127.0.0.1:8082"],
  };
  let count = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "kb-odd-images-"));
    const { reference } = await buildExample("hello-go", root);
    const cache = openImageCache({ directory: join(root, "cache"), signal: AbortSignal.timeout(3_600_000) });
    const parsed = parseReference(reference);
    if (parsed === undefined) throw new TypeError("it names its transport");
    const { directory } = await (await cache.find(parsed)).unpack();
    const program = async (name: string, from: string): Promise<HandMadeEntry> => {
      return { name, mode: 0o755, content: await readFile(join(directory, from)) };
    };
    programs = [await program("watchdog", "usr/bin/fwatchdog"), await program("handler", "home/app/handler")];
    gateway = await startImageGateway();
    const secret = { name: "token", value: "squeamish" };
    await fetch(`${gateway.url}/system/secrets`, { method: "POST", body: JSON.stringify(secret) });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  });

  const imageOf = async (entries: readonly HandMadeEntry[], changes: Partial<HandMade> = {}): Promise<string> => {
    const layers = [await tarOf([...programs, ...entries])];
    return writeHandMade(join(root, `image-${++count}`), { layers, config: startsItself, ...changes });
  };

  test.for(["native", "runc", "gvisor"] as const)(
    "on %s, a root full of links does not lead the mounts outside",
    async (runtime) => {
      const victim = join(root, `victim-${runtime}`);
      await mkdir(victim);
      await writeFile(join(victim, "hosts"), "untouched");
      const hosts = await readFile("/etc/hosts", "utf8");
      const traps = ["var", "tmp", "home", ".kalium-bench", "opt"].map((name) => link(name, victim));
      const image = await imageOf([
        ...traps,
        folder("etc"),
        link("etc/hosts", join(victim, "hosts")),
        link("etc/resolv.conf", "/etc/hosts"),
      ]);
      const service = `traps-${runtime}`;
      const annotations = { "com.openfaas.profile": runtime };
      await gateway.client.deploy({ service, image, secrets: ["token"], annotations });
      // Whether it can run is the runtime's business.
      const ready = await gateway.client.waitReady(service, { timeoutMs: 300_000 }).catch(messageOf);
      if (typeof ready === "object")
        expect(gateway.client.proofs(ready).map((proof) => verifyProof(proof, runtime))).toEqual([undefined]);
      await gateway.client.remove(service);
      await expect.poll(() => gateway.client.describe(service)).toBeUndefined();
      expect(await readdir(victim)).toEqual(["hosts"]);
      expect(await readFile(join(victim, "hosts"), "utf8")).toBe("untouched");
      expect(await readFile("/etc/hosts", "utf8")).toBe(hosts);
    },
  );

  test.for(["native", "runc", "gvisor"] as const)(
    "on %s, an image without /tmp, /etc or a user runs, and what it writes stays its own",
    async (runtime) => {
      const image = await imageOf([]);
      for (const [index, readOnlyRootFilesystem] of [false, true].entries()) {
        const service = `bare-${runtime}-${index}`;
        const annotations = { "com.openfaas.profile": runtime };
        await gateway.client.deploy({ service, image, annotations, readOnlyRootFilesystem });
        await gateway.client.waitReady(service, { timeoutMs: 300_000 });
        const write = async (path: string): Promise<string> => {
          const answer = await fetch(`${gateway.url}/function/${service}/write?name=${path}`, {
            method: "POST",
            body: "x",
          });
          return `${answer.status} ${(await answer.text()).trim()}`;
        };
        expect(await write("new")).toMatch(readOnlyRootFilesystem ? /^500 .*read-only file system/ : /^200/);
        if (readOnlyRootFilesystem) expect(await write("tmp/new")).toMatch(/^200/);
        await gateway.client.remove(service);
      }
    },
  );

  test("redirects go to the caller, and every verb and status comes through", async () => {
    const image = await imageOf([]);
    await gateway.client.deploy({ service: "verbs", image });
    await gateway.client.waitReady("verbs", { timeoutMs: 300_000 });
    const url = `${gateway.url}/function/verbs`;
    const redirected = await fetch(`${url}/redirect`, { redirect: "manual" });
    expect([redirected.status, redirected.headers.get("location")]).toEqual([302, "https://example.com/elsewhere"]);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      expect(await (await fetch(url, { method })).json()).toMatchObject({ method });
    }
    expect((await fetch(`${url}/status/418`)).status).toBe(418);
    await gateway.client.remove("verbs");
  });

  test("the log of one that listens on another port says so while it is waited for", async () => {
    const image = await imageOf([], { config: { Cmd: ["/handler"], Env: ["HELLO_ADDRESS=:3000"] } });
    await gateway.client.deploy({ service: "other-port", image });
    const log = async (): Promise<string> => {
      const answer = await fetch(`${gateway.url}/system/logs?name=other-port&follow=false`);
      return answer.text();
    };
    await expect
      .poll(log, { timeout: 250_000 })
      .toMatch(/not ready yet: it listens on port 3000, and calls come in on port 8080/);
    await gateway.client.remove("other-port");
  });

  test("one that cannot run here is refused when it is deployed, with the next command", async () => {
    const deploy = async (image: string): Promise<string> =>
      gateway.client.deploy({ service: "refused", image }).then(() => "deployed", messageOf);
    expect(await deploy(await imageOf([], { config: { Cmd: [] } }))).toMatch(
      /neither an entrypoint nor a command[^]*CMD/,
    );
    expect(await deploy(await imageOf([], { architecture: "s390x" }))).toMatch(
      /is for linux\/s390x[^]*--platform linux\//,
    );
    expect(await deploy(`oci:${root}/nothing:v1`)).toMatch(/nothing:v1 is not found[^]*skopeo inspect/);
    const known = await imageOf([], { name: "v1" });
    expect(await deploy(known.replace(/v1$/, "v2"))).toMatch(/has no image "v2"; its images: v1/);
    expect(await deploy("ghcr.io/somebody/function:v1")).toMatch(/KALIUM_IMAGE_REGISTRIES=ghcr\.io[^]*skopeo copy/);
  });
});
