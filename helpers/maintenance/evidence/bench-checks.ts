/** What must hold of a run of the real benchmark that was cut, and of what it leaves on the machine. */
import { access, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type Results, readResults } from "../../../reports/records/store.ts";
import { poll } from "../../base/deadline.ts";
import { ownIdentity, startTicksOf } from "../../sandboxes/process-identity.ts";
import { ownerOf } from "../../sandboxes/run-directory.ts";
import { sweep } from "../../sandboxes/sweep.ts";
import { sweepFolders } from "../../sandboxes/sweep-folders.ts";
import { processesOf } from "./bench-command.ts";
import { expectPlanFulfilled } from "./plan-fulfilled.ts";

/**
 * Ids of the runs that commands of `root` have begun and not ended. In a PID namespace of its own, a process has the
 * number of an owner outside: their starts tell them apart.
 */
export async function runIdsOf(root: string): Promise<readonly string[]> {
  const own = await processesOf(root);
  const ids = (await readdir(tmpdir())).flatMap((name) => /^kalium-bench-([0-9a-f]{6})$/.exec(name)?.[1] ?? []);
  const isOwn = await Promise.all(
    ids.map(async (id) => {
      const { pid = 0, startTicks } = (await ownerOf(id)) ?? {};
      return own.includes(pid) && (await startTicksOf(pid)) === startTicks;
    }),
  );
  return ids.filter((_, index) => isOwn[index]);
}

/** The one run that commands of `root` have recorded. */
export async function resultsOf(root: string): Promise<Results> {
  const [folder = ""] = await readdir(join(root, "results"));
  return readResults(join(root, "results", folder));
}

/** `npm run sweep`, but other runs of this machine are not its business. */
export async function sweepRun(runId: string): Promise<void> {
  const { leftAlone, failures } = await sweep({ only: (id) => id === runId });
  expect([leftAlone, failures]).toEqual([[], []]);
  await sweepFolders();
}

/**
 * No process, namespace, interface, mount, control group or folder.
 * @param pids of the processes that were there while it ran: some folders carry them in their names
 */
export async function expectNothingLeft(root: string, runId: string, pids: readonly number[]): Promise<void> {
  // Services that lost their parent clean up by themselves.
  const deadline = { what: "the last process of the run to end", timeoutMs: 300_000, intervalMs: 20 };
  await poll(deadline, async () => ((await processesOf(root)).length === 0 ? true : undefined));
  expect(await sweep({ runId })).toEqual({ swept: [], leftAlone: [], failures: [] });
  expect(await foldersOf(pids)).toEqual([]);
}

/** Names of temporary folders that processes of this PID namespace own; outside it, the same numbers are others'. */
export async function foldersOf(pids: readonly number[]): Promise<readonly string[]> {
  const { namespace } = await ownIdentity();
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith("kalium-bench-"));
  return names.filter((name) => pids.some((pid) => new RegExp(`-${pid}(n${namespace})?-`).test(name)));
}

/** The same experiment came to its end: what had been measured is still there, and every figure is drawn. */
export async function expectResumed(root: string, before: Results): Promise<void> {
  const after = await resultsOf(root);
  expect(after.run).toMatchObject({ outcome: "passed", planHash: before.run.planHash });
  expect(after.run.sessions).toHaveLength(2);
  expect(after.latency).toHaveLength(4);
  expect(after.recovered).toEqual([]);
  for (const record of before.latency) {
    const same = after.latency.find(({ label }) => label === record.label);
    expect(same?.planHash).toBe(record.planHash);
    expect(same?.samples.slice(0, record.samples.length)).toEqual(record.samples);
  }
  for (const record of after.latency) expectPlanFulfilled(record);
  await access(join(root, "out", "figure-8.svg"));
}
