import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openGvisor } from "./gvisor.ts";
import { openRunc } from "./runc.ts";
import { openTestRun, patience, type TestRun } from "./testing/test-run.ts";
import { tracesOf } from "./testing/traces.ts";

const isRoot = process.geteuid?.() === 0;

describe.skipIf(!isRoot)("a runtime that does not work (needs root to get so far)", () => {
  let run: TestRun;
  beforeAll(async () => {
    run = await openTestRun();
  });
  afterAll(() => run[Symbol.asyncDispose]());

  /** A shell script in place of the runtime: `version` and `start` are its answers. */
  async function impostor(name: string, version: string, start: string): Promise<string> {
    const file = join(run.settings.runDirectory, name);
    await mkdir(run.settings.runDirectory, { recursive: true });
    const script = `#!/bin/sh\n# ${name}\nif [ "$1" = --version ]; then ${version}; else ${start}; fi\n`;
    await writeFile(file, script);
    await chmod(file, 0o755);
    return file;
  }
  const times = { versionTimeoutMs: 1000, probeTimeoutMs: 1500 };
  const openings = {
    runc: (runcBinary: string) => openRunc(times)({ ...run.settings, runcBinary }, patience),
    gvisor: (runscBinary: string) => openGvisor(times)({ ...run.settings, runscBinary }, patience),
  };

  for (const [name, open] of Object.entries(openings)) {
    test(`${name}: a binary that is not there is named`, async () => {
      const opened = await open("/no/such/runtime");
      expect(opened).toMatchObject({
        available: false,
        reason: expect.stringContaining("/no/such/runtime") as unknown,
      });
    });

    test(`${name}: one that crashes is refused with its last words`, async () => {
      const binary = await impostor(`crash-${name}`, "echo fake 1.0", "echo out of cheese >&2; exit 128");
      const opened = await open(binary);
      expect(opened).toMatchObject({ available: false, reason: expect.stringContaining("out of cheese") as unknown });
      expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
    });

    test(`${name}: one that hangs is given up and killed with its children`, async () => {
      const binary = await impostor(`hang-${name}`, "echo fake 1.0", "sleep 1000");
      const opened = await open(binary);
      expect(opened).toMatchObject({ available: false, reason: expect.stringContaining("did not start") as unknown });
      expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
    });
  }

  test("one that hangs when asked for its version is given up", async () => {
    const binary = await impostor("hang-version", "sleep 1000", "true");
    const opened = await openings.gvisor(binary);
    expect(opened).toMatchObject({ available: false, reason: expect.stringContaining("timed out") as unknown });
  });

  test("one that does not know systrap is tried on ptrace, and both reasons are reported", async () => {
    const binary = await impostor("old-runsc", "echo fake 1.0", 'echo "cannot do $*" >&2; exit 128');
    const opened = await openings.gvisor(binary);
    const reason = opened.available ? "" : opened.reason;
    expect(reason).toMatch(/^systrap: [^]*--platform=systrap[^]*\nptrace: [^]*--platform=ptrace/);
  });
});

test.skipIf(!isRoot)("without root, native works on loopback and the others say what they need", async ({ skip }) => {
  const script = fileURLToPath(new URL("testing/ordinary-user.ts", import.meta.url));
  const asNobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", process.execPath];
  const sees = spawn("setpriv", [...asNobody, "--check", script], { stdio: "ignore", cwd: "/" });
  const [code] = (await once(sees, "exit")) as [number];
  if (code !== 0) skip("an ordinary user cannot read this checkout");
  const child = spawn("setpriv", [...asNobody, script], { stdio: ["ignore", "pipe", "inherit"], cwd: "/" });
  expect(JSON.parse(await text(child.stdout))).toEqual({
    network: "loopback",
    native: "ready",
    runc: "sandboxes with their own network need root",
    "runc-ref": "sandboxes with their own network need root",
    gvisor: "sandboxes with their own network need root",
    "gvisor-ref": "sandboxes with their own network need root",
    "gvisor-stock": "sandboxes with their own network need root",
    kalium: "sandboxes with their own network need root",
    "kalium-microbench": "sandboxes with their own network need root",
    traces: [],
  });
});
