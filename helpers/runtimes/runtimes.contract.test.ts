import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { InsideProof } from "../contracts/proof.ts";
import type { OpenedRuntime, Runtime, RuntimeSettings } from "../contracts/runtime.ts";
import type { Sandbox, SandboxSpec } from "../contracts/sandbox.ts";
import { within } from "../base/deadline.ts";
import { cachedRunsc } from "./binary.ts";
import { gvisor } from "./gvisor.ts";
import { native } from "./native.ts";
import { runc } from "./runc.ts";
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

const fetched = await cachedRunsc();

testRuntime("native", native, {});
testRuntime("runc", runc, {});
testRuntime("crun as runc", runc, { runcBinary: "/usr/bin/crun" });
testRuntime("gvisor on systrap", gvisor, { runscBinary: fetched, gvisorPlatform: "systrap" });
testRuntime("gvisor on ptrace", gvisor, { runscBinary: fetched, gvisorPlatform: "ptrace" });
testRuntime("gvisor of 2022", gvisor, { runscBinary: "/usr/bin/runsc", gvisorPlatform: "ptrace" });
testRuntime("gvisor on the host's network", gvisor, { runscBinary: fetched, gvisorNetwork: "host" });

/** What every runtime must do. */
function testRuntime(title: string, runtime: Runtime, changes: Partial<RuntimeSettings>): void {
  describe(title, () => {
    let run: TestRun;
    let opened: OpenedRuntime;

    beforeAll(async () => {
      run = await openTestRun();
      opened = await runtime.open({ ...run.settings, ...changes }, patience);
    });
    afterAll(() => run[Symbol.asyncDispose]());

    async function start(changedSpec: Partial<SandboxSpec> = {}): Promise<Sandbox> {
      const sandbox = await driverOf(opened).start(specFor(run, changedSpec), patience);
      onTestFinished(() => sandbox.stop(0));
      return sandbox;
    }
    const skipUnlessAvailable = (skip: (reason: string) => void): void => {
      if (!opened.available) skip(opened.reason);
    };

    test("a function answers, proves where it runs, and leaves nothing when it is stopped", async ({ skip }) => {
      skipUnlessAvailable(skip);
      const lines: string[] = [];
      const sandbox = await start({ onLine: (stream, line) => lines.push(`${stream}: ${line}`) });
      await untilProbeReady(sandbox);
      const inside = (await askInstance(sandbox, "/inside")) as InsideProof;
      const proof = { instance: sandbox.id, host: await sandbox.hostProof(patience), inside, startNs: 1 };
      expect(verifyProof(proof, runtime.name)).toBeUndefined();
      for (const other of ["native", "runc", "gvisor"] as const) {
        const mislabelled = { ...proof, host: { ...proof.host, identity: { ...proof.host.identity, runtime: other } } };
        if (other !== runtime.name) expect(verifyProof(mislabelled, other)).toBeTypeOf("string");
      }
      await sandbox.stop(5000);
      expect(await sandbox.exited).toMatchObject({ code: 0, outOfMemory: false });
      expect(lines).toEqual(["stderr: listening", "stdout: asked to stop"]);
      await sandbox.stop(5000);
      expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
    });

    test("it can read its secrets and write to /tmp, but not change its image or secrets", async ({ skip }) => {
      skipUnlessAvailable(skip);
      const sandbox = await start();
      await untilProbeReady(sandbox);
      expect(await askInstance(sandbox, "/secret")).toBe("squeamish");
      if (runtime.name === "native") return; // a plain process is not confined: that is what it is measured for
      expect(await askInstance(sandbox, "/write-tmp")).toBe("allowed");
      expect(await askInstance(sandbox, "/write-image")).toMatch(/EROFS|EACCES/);
      expect(await askInstance(sandbox, "/write-secret")).toMatch(/EROFS|EACCES/);
      expect(await askInstance(sandbox, "/cwd")).toBe("/srv/fn");
    });

    test("its environment holds what was asked for and nothing of the harness", async ({ skip }) => {
      skipUnlessAvailable(skip);
      const sandbox = await start();
      await untilProbeReady(sandbox);
      const env = (await askInstance(sandbox, "/env")) as Record<string, string>;
      expect(env).toMatchObject({ GREETING: "hello", http_port: String(sandbox.port) });
      const allowed = ["GLIBC_TUNABLES", "GREETING", "HOME", "PATH", "PWD", "SECRET_FILE", "http_port", "SHLVL", "_"];
      expect(Object.keys(env).filter((name) => !allowed.includes(name))).toEqual([]);
    });

    test("a function that ends by itself is reported with its code", async ({ skip }) => {
      skipUnlessAvailable(skip);
      const sandbox = await start();
      await untilProbeReady(sandbox);
      await askInstance(sandbox, "/exit");
      const exit = await within({ what: "the exit", timeoutMs: 60_000 }, () => sandbox.exited);
      expect(exit).toMatchObject({ code: 3, outOfMemory: false });
      await sandbox.stop(0);
      expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
    });

    test("a function that eats all its memory is ended and reported as such", async ({ skip }) => {
      skipUnlessAvailable(skip);
      if (process.geteuid?.() !== 0) skip("memory limits need control groups, and those need root");
      const sandbox = await start();
      await untilProbeReady(sandbox);
      await askInstance(sandbox, "/hog");
      const exit = await within({ what: "the end of a hungry function", timeoutMs: 60_000 }, () => sandbox.exited);
      expect(exit.outOfMemory).toBe(true);
    });

    test("four start side by side", async ({ skip }) => {
      skipUnlessAvailable(skip);
      const sandboxes = await Promise.all([start(), start(), start(), start()]);
      await Promise.all(sandboxes.map(untilProbeReady));
      expect(new Set(sandboxes.map(({ host, port }) => `${host}:${port}`)).size).toBe(4);
      await Promise.all(sandboxes.map((sandbox) => sandbox.stop(0)));
      expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
    });

    test("a program that does not exist is refused with the runtime's words, and leaves nothing", async ({ skip }) => {
      skipUnlessAvailable(skip);
      await expect(start({ command: ["/no/such/program"] })).rejects.toMatchObject({
        code: "E_SANDBOX",
        message: expect.stringContaining("/no/such/program") as unknown,
      });
      expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
    });

    test("a start that is called off leaves nothing", async ({ skip }) => {
      skipUnlessAvailable(skip);
      await expect(driverOf(opened).start(specFor(run), AbortSignal.abort())).rejects.toThrow();
      expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
    });
  });
}
