/**
 * The benchmark under the artifact's runtimes from beginning to end, as a user types it. The artifact's binaries are not
 * part of this project: stand-ins that obey the same contract take their place, and every output says so.
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Void } from "../../../reports/records/record.ts";
import { blockVoids } from "../../../reports/records/store.ts";
import { expectNothingLeft, resultsOf, runIdsOf } from "../../maintenance/evidence/bench-checks.ts";
import { processesOf } from "../../maintenance/evidence/bench-command.ts";
import { runDirectoryOf } from "../../sandboxes/run-directory.ts";
import { sha256OfFile } from "../../base/sha256-of-file.ts";
import { ctrJournal, readCtrJournal } from "./ctr.ts";
import { compiledPaths } from "./preflight.ts";
import { isBusyMachine, journalOf, stagedCalls, startBench } from "./testing/stand-in-bench.ts";
import { standInMark } from "./testing/stand-in-build.ts";
import type { Fate } from "./testing/stand-in-guard.ts";
import { whyNoStandIns } from "./testing/stand-in-machine.ts";
import type { Pod } from "./testing/stand-in-pods.ts";

const guarded = ["kalium-artifact", "kalium-microbench"];
const limits = { timeout: 3_600_000 }; // on a machine that is busy

test("a flow and the microbenchmark: figure, boot logs, stages, ctr's journal, digests", limits, async ({ skip }) => {
  const reason = await whyNoStandIns();
  if (reason !== undefined) skip(reason);
  const plan = { KALIUM_BLOCKS: "3", KALIUM_ROUNDS: "10" };
  const { root, build, bench, sentry } = await startBench("product-purchase|microbenchmark", plan);
  await bench.until("sandboxes", async () => (await runIdsOf(root)).length > 0);
  const [runId = ""] = await runIdsOf(root);
  const pids = await processesOf(root);
  const { code, output } = await bench.ended;
  expect(code, output).toBe(0);

  const results = await resultsOf(root);
  expect(results.latency).toHaveLength(5);
  expect(sentry.registered.filter((name) => name.startsWith("trial-"))).toHaveLength(guarded.length);
  for (const { samples, voids, proofs, label } of results.latency) {
    expect((voids ?? []).filter((entry) => !isBusyMachine(entry))).toEqual([]);
    expect(samples.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
    for (const proof of proofs) {
      const file = { "kalium-artifact": "runsc_kalium", "kalium-microbench": "runsc_microbench" }[proof.system];
      expect(proof.version).toContain(standInMark);
      expect(proof.sha256).toBe(await sha256OfFile(join(build, "bin", file ?? "runsc_stock")));
    }
    const kept = await readdir(join(results.folder, "boot", label));
    expect(kept).toHaveLength(proofs.length);
  }
  // Pods of the guarded systems only were registered, and each has its line.
  const names = await readdir(join(results.folder, "boot"), { recursive: true });
  for (const name of names.filter((each) => each.endsWith(".boot"))) {
    const text = await readFile(join(results.folder, "boot", name), "utf8");
    expect([name, text.includes("[SendHostnameGuard] Received reply")]).toEqual([
      name,
      guarded.some((system) => name.includes(`.${system}.`)),
    ]);
  }
  // Only the microbenchmark sends GETs in plain text, so it alone has stages: those of the logs of blocks that count.
  expect(results.syscalls.map(({ name }) => name)).toEqual(guarded.map((system) => `microbenchmark.${system}`));
  const record = results.latency.find(({ label }) => label === "microbenchmark");
  for (const { source, producer, system = "", function: label = "", invocations, calls } of results.syscalls) {
    expect([source, producer.includes(standInMark), label]).toEqual(["boot-log", true, "microbenchmark"]);
    const sound = (block: number): boolean => blockVoids(record ?? {}, system, block).length === 0;
    const own = record?.samples.filter((sample) => sample.system === system && sound(sample.block));
    expect(invocations).toBe(own?.length);
    const gets = await stagedCalls(results.folder, { label, system, sound });
    expect(gets.every((count) => count > 0)).toBe(true);
    expect(calls.write?.controller).toHaveLength(gets.reduce((sum, count) => sum + count, 0));
  }
  expect(output).toContain("Kalium (artifact)");
  expect(output).toContain(`The artifact's builds call themselves: runsc version ${standInMark}`);
  expect(output).toContain("Controller");
  expect(output).not.toContain("embedded guard");
  const report = await readFile(join(root, "out", "report.md"), "utf8");
  expect(report).toContain(standInMark);
  for (const file of ["figure-8.svg", "syscalls.svg", "syscalls.csv"]) {
    const text = await readFile(join(root, "out", file), "utf8");
    expect([file, text.includes("artifact"), text.includes(standInMark)]).toEqual([file, true, true]);
  }

  const [started, ...others] = await readCtrJournal(ctrJournal(results.folder));
  expect([started?.kind, others]).toEqual(["started", []]);
  expect(results.run.environment["artifact"]).toMatchObject({
    ctr: { sha256: await sha256OfFile(join(build, "bin", "ctr")) },
    seclambda: { binary: compiledPaths.seclambda, sha256: await sha256OfFile(compiledPaths.seclambda) },
  });
  expect(await readFile(join(results.folder, "ctr.log"), "utf8")).toContain(`${standInMark}, not the artifact's ctr`);
  await expectNothingLeft(root, runId, pids);
});

test("a dead controller, a pod that hangs, ends or never registers cost a block", limits, async ({ skip }) => {
  const reason = await whyNoStandIns();
  if (reason !== undefined) skip(reason);
  const label = "microbenchmark";
  let silent: string | undefined;
  const env = { KALIUM_BLOCKS: "5", KALIUM_ROUNDS: "40", KALIUM_CALL_TIMEOUT_MS: "3000" };
  const fate = ({ program }: Pod): Fate | undefined => (program === silent ? { kind: "never-registered" } : undefined);
  const { root, bench } = await startBench(label, env, fate);
  const untilMeasured = (block: number): Promise<void> =>
    bench.until(`a measured call of block ${block}`, async () => {
      const { samples = [] } = (await journalOf(root, label)) ?? {};
      return samples.some((sample) => sample.block === block && sample.phase === "measured");
    });

  /** Process id of the sandbox. */
  const podOf = async (system: string, block: number): Promise<number> => {
    const { proofs = [] } = (await journalOf(root, label)) ?? {};
    const pod = proofs.find((proof) => proof.block === block && proof.system === system);
    const [runId = ""] = await runIdsOf(root);
    const pidFile = join(runDirectoryOf(runId), "sandboxes", pod?.instance ?? "", "pause", "init-pid");
    return Number(await readFile(pidFile, "utf8"));
  };

  await untilMeasured(0);
  const [run = ""] = await readdir(join(root, "results"));
  const ctrEvents = () => readCtrJournal(ctrJournal(join(root, "results", run)));
  process.kill((await ctrEvents())[0]?.pid ?? 0, "SIGSEGV");

  await untilMeasured(1);
  process.kill(await podOf("kalium-artifact", 1), "SIGSTOP");
  silent = "runsc_microbench";
  await untilMeasured(2);
  silent = undefined;
  process.kill(await podOf("kalium-artifact", 2), "SIGKILL");
  const { code, output } = await bench.ended;
  expect(code, output).toBe(0);

  const { latency, syscalls, folder } = await resultsOf(root);
  const [record] = latency;
  const voids = (record?.voids ?? []).filter((entry) => !isBusyMachine(entry));
  const voidsOf = (name: string): readonly Void[] => voids.filter(({ system }) => system === name);
  const died = { block: 0, reason: expect.stringContaining("controller died once") as unknown };
  const hung = { block: 1, reason: expect.stringContaining("hung") as unknown };
  const gone = { block: 2, reason: expect.stringContaining("died before the end of the block") as unknown };
  // Calls that were under way when the pod was killed may have waited in vain, which is a reason of its own.
  const late = ({ block, reason: why }: Void): boolean => block === 2 && why.includes("hung");
  expect(voidsOf("kalium-artifact").filter((entry) => !late(entry))).toMatchObject([died, hung, gone]);
  const unregistered = expect.stringContaining("product-photos-1-microbench never registered it") as unknown;
  expect(voidsOf("kalium-microbench")).toMatchObject([died, { block: 2, reason: unregistered }]);
  expect(voids.filter((entry) => !late(entry))).toHaveLength(5);
  const again = (record?.blocks ?? []).flatMap(({ repeats }) => repeats ?? []);
  expect(again).toEqual(expect.arrayContaining([0, 1, 2]));
  expect(await ctrEvents()).toMatchObject([{ kind: "started" }, { kind: "died", end: "SIGSEGV" }, { kind: "started" }]);
  const lost = record?.samples.filter(({ outcome }) => outcome !== "ok") ?? [];
  const hanging = lost.filter(({ block }) => block === 1);
  expect(hanging.filter(({ outcome }) => outcome !== "timeout")).toEqual([]);
  expect(hanging).not.toEqual([]);
  for (const { system, block } of lost) expect([system, block > 0 && block < 3]).toEqual(["kalium-artifact", true]);
  // The first wait is the call's; those after it are short, because the pod hangs forever.
  expect(hanging.filter(({ latencyNs }) => latencyNs > 2.5e9)).toHaveLength(1);
  // The other blocks are left, and only their checks.
  for (const system of guarded) {
    const sound = (block: number): boolean => blockVoids(record ?? {}, system, block).length === 0;
    const gets = await stagedCalls(folder, { label, system, sound });
    const stages = syscalls.find((one) => one.system === system);
    expect(stages?.calls.write?.controller).toHaveLength(gets.reduce((sum, count) => sum + count, 0));
  }
});
