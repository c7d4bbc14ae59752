import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type BundleOptions, writeBundle } from "./bundle.ts";

interface Config {
  readonly process: { readonly args: string[]; readonly env: string[]; readonly user: unknown };
  readonly root: unknown;
  readonly mounts: readonly { readonly destination: string; readonly source: string; readonly options?: string[] }[];
  readonly linux: Readonly<Record<string, unknown>>;
}

async function bundled(changes: Partial<BundleOptions> = {}): Promise<Config> {
  const directory = await mkdtemp(join(tmpdir(), "bundle-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  await writeBundle({
    spec: {
      id: "fn",
      imageDirectory: "/images/a",
      command: ["node", "main.js"],
      env: { GREETING: "hello", http_port: "1" },
      secrets: {},
      memoryLimitBytes: 1 << 28,
      onLine: () => undefined,
    },
    directory,
    root: "/run/root",
    nodeBinary: "/usr/local/bin/node",
    secretsDirectory: undefined,
    netnsPath: "/run/netns/x",
    port: 8080,
    cgroupsPath: "/kb000000/fn/c",
    userId: 65534,
    ...changes,
  });
  return JSON.parse(await readFile(join(directory, "config.json"), "utf8")) as Config;
}

test("a leading node is the pinned one, and the port is the driver's to give", async () => {
  const config = await bundled();
  expect(config.process.args).toEqual(["/opt/node", "main.js"]);
  expect(config.process.env).toContain("http_port=8080");
  expect(config.process.env).not.toContain("http_port=1");
});

test("every mount from the host and the root are read-only", async () => {
  const config = await bundled({ secretsDirectory: "/run/s" });
  expect(config.root).toEqual({ path: "/run/root", readonly: true });
  const fromHost = config.mounts.filter(({ source }) => source.startsWith("/"));
  expect(fromHost.map(({ destination }) => destination)).toEqual(["/srv/fn", "/opt/node", "/var/openfaas/secrets"]);
  for (const { options } of fromHost) expect(options).toContain("ro");
});

test("without control groups none are asked for", async () => {
  expect(Object.keys((await bundled({ cgroupsPath: undefined })).linux)).toEqual(["namespaces"]);
});

test("there is no processor quota: it throttles the start", async () => {
  expect((await bundled()).linux["resources"]).toEqual({ memory: { limit: (1 << 28) + 1024 * 1024 } });
});
