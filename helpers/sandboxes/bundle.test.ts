import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { SandboxSpec } from "../contracts/sandbox.ts";
import { type BundleOptions, writeBundle } from "./bundle.ts";

interface Config {
  readonly process: { readonly args: string[]; readonly env: string[]; readonly user: unknown };
  readonly root: unknown;
  readonly mounts: readonly { readonly destination: string; readonly source: string; readonly options?: string[] }[];
  readonly linux: Readonly<Record<string, unknown>>;
}

async function bundled(changes: Partial<BundleOptions> = {}, specChanges: Partial<SandboxSpec> = {}): Promise<Config> {
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
      ...specChanges,
    },
    directory,
    root: "/run/root",
    nodeBinary: "/usr/local/bin/node",
    secretsDirectory: undefined,
    attachment: {
      netns: { name: "x", path: "/run/netns/x", nameServer: "10.0.0.1", hostInterface: "xh2" },
      address: "10.0.0.2",
      port: 8080,
      functionPort: 3000,
      detach: () => Promise.resolve(),
    },
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

test("with a watchdog the port is the watchdog's, and the function listens behind it", async () => {
  const config = await bundled({}, { watchdogDirectory: "/images/watchdog", command: ["/usr/bin/fwatchdog"] });
  expect(config.process.args).toEqual(["/usr/bin/fwatchdog"]);
  for (const variable of ["port=8080", "http_port=3000", "upstream_url=http://127.0.0.1:3000", "http_host=127.0.0.1"]) {
    expect(config.process.env).toContain(variable);
  }
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
