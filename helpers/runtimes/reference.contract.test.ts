import { appendFile, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gvisor, gvisorReference } from "./gvisor.ts";
import { runc, runcReference } from "./runc.ts";
import { openTestRun, patience, proofOf } from "./testing/test-run.ts";
import { verifyProof } from "./verify-proof.ts";

for (const [own, other] of [
  [gvisor, gvisorReference],
  [runc, runcReference],
] as const) {
  test(`two revisions of ${own.name} prove which binary they are, and neither passes for the other`, async ({
    skip,
  }) => {
    await using run = await openTestRun();
    const installed = await own.open(run.settings, patience);
    if (!installed.available) return skip(installed.reason);
    const second = join(run.settings.runDirectory, "second");
    await copyFile(installed.identity.binary, second); // mode included
    await appendFile(second, "\n"); // another digest, the same program
    const settings = { ...run.settings, runscReference: second, runcReference: second };

    const [first, reference] = [
      await proofOf(run, installed),
      await proofOf(run, await other.open(settings, patience)),
    ];
    expect(verifyProof(first, own.name)).toBeUndefined();
    expect(verifyProof(reference, other.name)).toBeUndefined();
    expect(reference.host.executableSha256).not.toBe(first.host.executableSha256);
    const swapped = { ...reference, host: { ...reference.host, identity: first.host.identity } };
    expect(verifyProof(swapped, own.name)).toMatch(/its process/);
  });

  test(`${other.name} without a second binary says which setting names it`, async ({ skip }) => {
    await using run = await openTestRun();
    const opened = await other.open(run.settings, patience);
    if (process.geteuid?.() !== 0) return skip("needs root to get so far");
    expect(opened).toMatchObject({ available: false, reason: expect.stringMatching(/KALIUM_RUN(S)?C_REF/) as unknown });
  });
}

test("a runsc flag makes a second build of the same binary, and is proven from its process", async ({ skip }) => {
  await using run = await openTestRun();
  const installed = await gvisor.open(run.settings, patience);
  if (!installed.available) return skip(installed.reason);
  const runscReferenceFlags = ["--file-access=shared", "--strace"]; // neither is the default
  const settings = { ...run.settings, runscReferenceFlags };
  const proof = await proofOf(run, await gvisorReference.open(settings, patience));
  expect(proof.host.identity).toMatchObject({ sha256: installed.identity.sha256, flags: runscReferenceFlags });
  expect(verifyProof(proof, "gvisor-ref")).toBeUndefined();
  const argv = proof.host.argv.map((word) => (word.startsWith("--file-access=") ? "--file-access=exclusive" : word));
  const other = { ...proof, host: { ...proof.host, argv } };
  expect(verifyProof(other, "gvisor-ref")).toMatch(/--file-access=shared did not take effect/);
});

test("a flag that runsc does not know makes the runtime unavailable, with runsc's own words", async ({ skip }) => {
  await using run = await openTestRun();
  const installed = await gvisor.open(run.settings, patience);
  if (!installed.available) return skip(installed.reason);
  const opened = await gvisor.open({ ...run.settings, runscFlags: ["--no-such-flag=1"] }, patience);
  expect(opened).toMatchObject({
    available: false,
    reason: expect.stringContaining("no-such-flag") as unknown,
    hint: expect.stringContaining("Try without --no-such-flag=1") as unknown,
  });
});
