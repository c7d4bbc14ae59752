/** Runtimes of fixtures/examples/runtimes.yaml, each in a sandbox. */
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { readDeclarations } from "../config/declarations/read-declarations.ts";
import type { DeclaredRuntime, Declarations } from "../contracts/declarations.ts";
import type { RuntimeProof } from "../contracts/proof.ts";
import type { DeclaredRuntimeName } from "../contracts/system.ts";
import { onPath } from "./binary.ts";
import { declare } from "./declared.ts";
import { runtimeNamed } from "./index.ts";
import { openTestRun, patience, proofOf, type TestRun } from "./testing/test-run.ts";
import { tracesOf } from "./testing/traces.ts";
import { verifyProof } from "./verify-proof.ts";

const example = readDeclarations(fileURLToPath(new URL("../../fixtures/examples/runtimes.yaml", import.meta.url)));
beforeAll(() => declare(example));

const nameOf = (text: string): DeclaredRuntimeName => text as DeclaredRuntimeName;

const withArgv = (proof: RuntimeProof, from: RegExp, to: string): RuntimeProof => ({
  ...proof,
  host: { ...proof.host, argv: proof.host.argv.map((word) => word.replace(from, to)).filter(Boolean) },
});

test("crun serves, proves itself, is not taken for runc and leaves nothing", async ({ skip }) => {
  if ((await onPath("crun")) === undefined) return skip("the package crun is not installed");
  await using run = await openTestRun();
  const opened = await runtimeNamed(nameOf("crun")).open(run.settings, patience);
  if (process.geteuid?.() !== 0 || run.settings.network.kind !== "bridge") return skip("needs root and a bridge");
  const proof = await proofOf(run, opened);
  expect(proof.host.identity.version).toMatch(/^crun version/);
  expect(verifyProof(proof, nameOf("crun"))).toBeUndefined();
  expect(verifyProof(proof, "runc")).toMatch(/ran on crun, not on runc/);
  expect(await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory })).toEqual([]);
});

test("a flag set of runsc and another platform are proven from the sandbox's process, not from the file", async ({
  skip,
}) => {
  await using run = await openTestRun();
  const opened = await runtimeNamed(nameOf("gvisor-nodirectfs")).open(run.settings, patience);
  if (!opened.available) return skip(opened.reason);
  const name = nameOf("gvisor-nodirectfs");
  const proof = await proofOf(run, opened);
  expect(proof.host.argv).toContain("--directfs=false");
  expect(verifyProof(proof, name)).toBeUndefined();
  expect(verifyProof(withArgv(proof, /^--directfs=false$/, "--directfs=true"), name)).toMatch(/did not take effect/);
  expect(verifyProof(withArgv(proof, /^--directfs=false$/, ""), name)).toMatch(/--directfs=false did not take effect/);

  const traced = await proofOf(run, await runtimeNamed(nameOf("gvisor-ptrace")).open(run.settings, patience));
  expect(traced.host.identity.platform).toBe("ptrace");
  expect(verifyProof(traced, nameOf("gvisor-ptrace"))).toBeUndefined();
  const other = withArgv(traced, /^--platform=ptrace$/, "--platform=systrap");
  expect(verifyProof(other, nameOf("gvisor-ptrace"))).toMatch(/runs on systrap, not on ptrace/);
});

/** What a declared runtime answers that cannot run. */
async function refusalOf(run: TestRun, declared: object): Promise<string> {
  const runtime = { name: nameOf("mine"), flags: [], ...declared } as unknown as DeclaredRuntime;
  const own: Declarations = { ...example, runtimes: [runtime] };
  declare(own);
  try {
    const opened = await runtimeNamed(nameOf("mine")).open(run.settings, patience);
    return opened.available ? "available" : `${opened.reason} -> ${opened.hint}`;
  } finally {
    declare(example);
  }
}

test("what cannot run says why, in the binary's own words, and what to do", async ({ skip }) => {
  await using run = await openTestRun();
  if (process.geteuid?.() !== 0 || run.settings.network.kind !== "bridge") return skip("needs root and a bridge");
  const plain = join(run.settings.runDirectory, "no-program");
  await writeFile(plain, "not executable");
  await chmod(plain, 0o644);
  expect(await refusalOf(run, { kind: "oci", binary: "no-such-runtime" })).toMatch(
    /no program no-such-runtime on PATH -> Install it \(.*apt-get install no-such-runtime/,
  );
  expect(await refusalOf(run, { kind: "oci", binary: plain })).toMatch(/not executable -> Correct its path in .*yaml/);
  if ((await onPath("crun")) !== undefined) {
    expect(await refusalOf(run, { kind: "oci", binary: "crun", flags: ["--no-such-flag"] })).toMatch(
      /unrecognized option '--no-such-flag' -> Try without --no-such-flag/,
    );
  }
  expect(await refusalOf(run, { kind: "runsc", flags: ["--no-such-flag=1"] })).toMatch(
    /no-such-flag.* -> Try without/s,
  );
});
