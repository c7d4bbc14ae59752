import { appendFile, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { InsideProof, Runtime, RuntimeProof } from "../contracts.ts";
import { gvisor, gvisorReference } from "./gvisor.ts";
import { runc, runcReference } from "./runc.ts";
import { ask, driverOf, openTestRun, patience, specFor, type TestRun, untilReady } from "./testing/test-run.ts";
import { verifyProof } from "./verify-proof.ts";

async function proofOf(run: TestRun, runtime: Runtime): Promise<RuntimeProof> {
  const sandbox = await driverOf(await runtime.open(run.settings, patience)).start(specFor(run), patience);
  try {
    await untilReady(sandbox);
    const inside = (await ask(sandbox, "/inside")) as InsideProof;
    return { instance: sandbox.id, host: await sandbox.hostProof(patience), inside, startNs: 1 };
  } finally {
    await sandbox.stop(0);
  }
}

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

    const [first, reference] = [await proofOf(run, own), await proofOf({ ...run, settings }, other)];
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
