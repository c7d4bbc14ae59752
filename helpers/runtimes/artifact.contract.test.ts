/** With the machine's own runsc under the artifact's file names: it takes the same pods, flags and annotations. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { appendFile, copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { InsideProof } from "../contracts/proof.ts";
import { bootLogFolder, podName } from "../kalium/artifact/pod.ts";
import { gvisorStock, openArtifactRuntime } from "./artifact.ts";
import { gvisor } from "./gvisor.ts";
import {
  askInstance,
  driverOf,
  openTestRun,
  patience,
  specFor,
  type TestRun,
  untilProbeReady,
} from "./testing/test-run.ts";
import { tracesOf } from "./testing/traces.ts";
import { verifyProof } from "./verify-proof.ts";

/** A stand-in for the artifact's `build`, or why there can be none here. */
async function standInBuild(run: TestRun, names: readonly string[]): Promise<string | { readonly lacking: string }> {
  const opened = await gvisor.open({ ...run.settings, gvisorPlatform: "ptrace" }, patience);
  if (!opened.available) return { lacking: opened.reason };
  const folder = join(run.settings.runDirectory, "build/bin");
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    await copyFile(opened.identity.binary, join(folder, name));
    // Digests of their own, the same program; of this run alone, so that none was tried before.
    await appendFile(join(folder, name), `\n${name} ${randomUUID()}`);
  }
  return join(run.settings.runDirectory, "build");
}

/** A port on which something listens until the test ends. */
async function listeningPort(): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function standInPaths(run: TestRun) {
  const seclambda = join(run.settings.runDirectory, "seclambda");
  await writeFile(seclambda, "#!/bin/sh\n", { mode: 0o755 });
  return {
    seclambda,
    seclambdaLogs: run.settings.runDirectory,
    network: "/proc/self/ns/net",
    controllerPort: await listeningPort(),
  };
}

for (const name of ["gvisor-stock", "kalium"] as const) {
  test(
    `${name}: a pod serves, proves its runtime, leaves its log and nothing else`,
    { timeout: 300_000 },
    async ({ skip }) => {
      await using run = await openTestRun();
      const kaliumBuild = await standInBuild(run, ["runsc_stock", "runsc_kalium"]);
      if (typeof kaliumBuild !== "string") return skip(kaliumBuild.lacking);
      const open = openArtifactRuntime(name, await standInPaths(run));
      const opened = await open({ ...run.settings, kaliumBuild }, patience);
      const lines: string[] = [];
      const HOSTNAME = podName("product-photos-1-assign");
      const spec = specFor(run, {
        env: { SECRET_FILE: "/var/openfaas/secrets/token", HOSTNAME },
        onLine: (_stream, line) => lines.push(line),
      });
      const sandbox = await driverOf(opened).start(spec, patience);
      try {
        await untilProbeReady(sandbox);
        expect(await askInstance(sandbox, "/secret")).toBe("squeamish");
        expect(await askInstance(sandbox, "/env")).toMatchObject({ HOSTNAME });
        const inside = (await askInstance(sandbox, "/inside")) as InsideProof;
        const proof = { instance: sandbox.id, host: await sandbox.hostProof(patience), inside, startNs: 1 };
        expect(verifyProof(proof, name)).toBeUndefined();
        expect(verifyProof(proof, "gvisor")).toMatch(/ran on/);
      } finally {
        await sandbox.stop(5_000);
      }
      expect(lines).toContain("asked to stop");
      const folder = bootLogFolder(run.settings.runDirectory, sandbox.id);
      const boot = (await readdir(folder)).filter((file) => file.includes(".boot"));
      expect(boot).toHaveLength(1);
      expect(await readFile(join(folder, boot[0] ?? ""), "utf8")).toContain(sandbox.id);
      expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
    },
  );
}

test("a function that ends takes its pod along", async ({ skip }) => {
  await using run = await openTestRun();
  const kaliumBuild = await standInBuild(run, ["runsc_stock"]);
  if (typeof kaliumBuild !== "string") return skip(kaliumBuild.lacking);
  const driver = driverOf(await gvisorStock.open({ ...run.settings, kaliumBuild }, patience));
  const sandbox = await driver.start(specFor(run), patience);
  await untilProbeReady(sandbox);
  await askInstance(sandbox, "/exit");
  expect(await sandbox.exited).toMatchObject({ code: 3, outOfMemory: false });
  await sandbox.stop(0);
  expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
});

test("without a controller no trial of a guarded build begins: it would wait without end", async ({ skip }) => {
  await using run = await openTestRun();
  const kaliumBuild = await standInBuild(run, ["runsc_kalium"]);
  if (typeof kaliumBuild !== "string") return skip(kaliumBuild.lacking);
  const open = openArtifactRuntime("kalium", { ...(await standInPaths(run)), controllerPort: 1 });
  const opened = await open({ ...run.settings, kaliumBuild }, patience);
  expect(opened).toMatchObject({ available: false, reason: "no controller listens on port 1, and kalium needs one" });
});

test("what is missing is named: the setting, the file, the compiled-in path", async ({ skip }) => {
  await using run = await openTestRun();
  if (process.geteuid?.() !== 0) return skip("needs root to get so far");
  if (run.settings.network.kind !== "bridge") return skip("needs the run's bridge to get so far");
  const reasonOf = async (
    changes: Partial<TestRun["settings"]>,
    { seclambda = "/no/such/seclambda", network = "/proc/self/ns/net" } = {},
  ) => {
    const open = openArtifactRuntime("kalium", { seclambda, seclambdaLogs: "/", network, controllerPort: 1 });
    const opened = await open({ ...run.settings, ...changes }, patience);
    return opened.available ? "available" : `${opened.reason} -> ${opened.hint}`;
  };
  expect(await reasonOf({})).toContain("KALIUM_BUILD");
  const kaliumBuild = join(run.settings.runDirectory, "bin");
  await mkdir(kaliumBuild);
  expect(await reasonOf({ kaliumBuild })).toContain("has no executable runsc_kalium");
  await writeFile(join(kaliumBuild, "runsc_kalium"), "", { mode: 0o755 });
  expect(await reasonOf({ kaliumBuild })).toMatch(/needs .*\/no\/such\/seclambda.* -> Run cp build\/bin\/seclambda/);
  const namespace = await reasonOf({ kaliumBuild }, { seclambda: "/bin/sh", network: "/no/such/ns/net" });
  expect(namespace).toContain("network namespace of process 1, and /no/such/ns/net cannot be read");
  expect(namespace).toContain("unshare --pid --fork --kill-child --mount-proc npm run bench");
  expect(await reasonOf({ kaliumBuild, gvisorNetwork: "host" })).toContain("network stack");
  expect(await reasonOf({ kaliumBuild, gvisorPlatform: "kvm" })).toContain("not on kvm");
});
