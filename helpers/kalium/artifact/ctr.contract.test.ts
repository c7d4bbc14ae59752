/** Supervision of `ctr`, with a stand-in that has its command line and speaks its protocol. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { poll } from "../../base/deadline.ts";
import { freePort } from "../../base/free-port.ts";
import { ctrPolicy } from "../core/policy-export.ts";
import { parsePolicy } from "../core/policy.ts";
import { rawFrame, rawGuard } from "../testing/raw-guard.ts";
import { type CtrOptions, readCtrJournal, superviseCtr } from "./ctr.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "kalium-ctr-"));
});
afterEach(() => rm(directory, { recursive: true }));

const policyPath = fileURLToPath(new URL("../../../fixtures/kalium/policy.json", import.meta.url));
const standIn = fileURLToPath(new URL("testing/stand-in-ctr.ts", import.meta.url));

/** A run's folder with the exported policy, and the stand-in as a program. */
async function prepare(script?: string): Promise<CtrOptions & { readonly port: number }> {
  const port = await freePort();
  const binary = join(directory, "ctr");
  const body = script ?? `exec ${process.execPath} --disable-warning=ExperimentalWarning ${standIn} "$1" ${port}`;
  await writeFile(binary, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  await writeFile(
    join(directory, "policy.json"),
    ctrPolicy(parsePolicy(await readFile(policyPath, "utf8"), policyPath)),
  );
  const [journalPath, logPath] = [join(directory, "ctr.jsonl"), join(directory, "ctr.log")];
  return { binary, directory, policyFile: "policy.json", journalPath, logPath, port };
}

async function policyOf(port: number, functionName: string): Promise<string> {
  const guard = rawGuard(`tcp://127.0.0.1:${port}`, `${functionName}1`);
  try {
    await guard.send(rawFrame(2, 9, functionName));
    return (await guard.receive()).toString("utf8", 10);
  } finally {
    guard.close();
  }
}

test("ctr gets the exported policy and hands it to guards", async () => {
  const options = await prepare();
  await using ctr = await superviseCtr(options);
  expect(ctr).toBeDefined();
  const policy = JSON.parse(await policyOf(options.port, "product-photos-1-assign")) as { readonly GRAPH: unknown };
  expect(policy.GRAPH).toHaveProperty("ns");
  expect(policy.GRAPH).toHaveProperty("NS");
  expect(await readFile(options.logPath, "utf8")).toContain("serving policy.json");
});

test("a ctr that dies is started again, and the journal tells of it", async () => {
  const options = await prepare();
  await using ctr = await superviseCtr(options);
  expect(ctr).toBeDefined();
  const [first] = await readCtrJournal(options.journalPath);
  process.kill(first?.pid ?? 0, "SIGSEGV");
  const events = await poll({ what: "the second ctr", timeoutMs: 60_000, intervalMs: 20 }, async () => {
    const journal = await readCtrJournal(options.journalPath);
    return journal.length >= 3 ? journal : undefined;
  });
  expect(events).toMatchObject([{ kind: "started" }, { kind: "died", end: "SIGSEGV" }, { kind: "started" }]);
  const answer = await poll({ what: "its answer", timeoutMs: 60_000, intervalMs: 20 }, () =>
    policyOf(options.port, "nobody").catch(() => undefined),
  );
  expect(answer).toBe("NULL");
});

test("nothing of ctr is left at the end", async () => {
  const options = await prepare();
  const ctr = await superviseCtr(options);
  await ctr[Symbol.asyncDispose]();
  const events = await readCtrJournal(options.journalPath);
  expect(events).toHaveLength(1); // it was ended, it did not die
  expect(() => process.kill(events[0]?.pid ?? 0, 0)).toThrow("ESRCH");
});

test("a ctr that ends at once is reported with its words", async () => {
  const options = await prepare("echo cannot parse; exit 1");
  await expect(superviseCtr(options)).rejects.toMatchObject({
    code: "E_SERVICE",
    message: expect.stringContaining("cannot parse") as unknown,
  });
});

test("a port that is in use is named before ctr is started", async () => {
  const options = await prepare();
  const server = createServer().listen(options.port, "127.0.0.1");
  await once(server, "listening");
  await expect(superviseCtr(options)).rejects.toThrow(`port ${options.port} of this machine is in use`);
  server.close();
});
