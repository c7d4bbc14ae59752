/** Golden records for tests: drawn from known distributions, so a test knows the right answer. Not measurements. */
import { rm } from "node:fs/promises";
import { figureFunctions } from "../figures/figure-order.ts";
import { openJournal, readJournal } from "../records/journal.ts";
import { recordFromJournal } from "../records/journal-record.ts";
import type { LatencyRecord, RunRecord, Sample } from "../records/record.ts";
import { seededRandom } from "../stats/random.ts";
import { createResults, journalPath, writeLatency } from "../records/store.ts";

export interface SyntheticOptions {
  readonly label?: string;
  readonly starred?: boolean;
  /** True ratio to gVisor by system; gVisor itself is added. */
  readonly ratios?: Readonly<Record<string, number>>;
  readonly blocks?: number;
  readonly rounds?: number;
  /** gVisor's median, ms. */
  readonly baselineMs?: number;
  /** Standard deviation of the logarithm of a call. */
  readonly spread?: number;
  readonly seed?: number;
  /** Replaces a drawn call, for example by a failure. */
  readonly change?: (sample: Sample) => Sample;
}

const startedAt = "2026-11-24T03:00:00.000Z";
const runId = "20261124T030000Z-0000000";

export function syntheticRecord({
  label = "product-purchase-publish",
  starred = false,
  ratios = { native: 0.5 },
  blocks = 3,
  rounds = 40,
  baselineMs = 8,
  spread = 0.15,
  seed = 1,
  change = (sample) => sample,
}: SyntheticOptions = {}): LatencyRecord {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const truth: Readonly<Record<string, number>> = { gvisor: 1, ...ratios };
  const systems = Object.keys(truth);
  const samples: Sample[] = [];
  let clockNs = 0;
  for (let block = 0; block < blocks; block++) {
    const blockEffect = Object.fromEntries(systems.map((system) => [system, Math.exp(0.02 * normal())]));
    const call = (phase: Sample["phase"], round: number): void =>
      systems.forEach((system, position) => {
        const warmth = phase === "cold" ? 12 : 1;
        const ms =
          baselineMs * (truth[system] ?? 1) * (blockEffect[system] ?? 1) * warmth * Math.exp(spread * normal());
        const latencyNs = Math.round(ms * 1e6);
        const firstByteNs = Math.round(latencyNs * 0.97);
        const sample = { system, block, round, position, phase, startedAtNs: clockNs, firstByteNs, latencyNs };
        samples.push(change({ ...sample, status: 200, outcome: "ok" }));
        clockNs += latencyNs + 100_000;
      });
    call("cold", 0);
    for (let round = 0; round < 5; round++) call("warmup", round);
    for (let round = 0; round < rounds; round++) call("measured", round);
  }
  return {
    schema: "kalium-bench/latency@1",
    runId,
    startedAt,
    endedAt: new Date(Date.parse(startedAt) + clockNs / 1e6).toISOString(),
    flow: label.startsWith("product-catalog") ? "productCatalogApi" : label.split("-").slice(0, 2).join("-"),
    label,
    starred,
    baseline: "gvisor",
    systems: systems.map((name) => ({
      name,
      variant: variantOf(name),
      runtime: runtimeOf(name),
      guard: "none",
      ...(name.endsWith("-aa") && { aaOf: name.slice(0, -3) }),
    })),
    plan: { profile: "quick", seed, blocks, rounds, warmupRounds: 5, connection: "keepalive" },
    proofs: systems.flatMap((system) => Array.from({ length: blocks }, (_, block) => proof(system, block, label))),
    blocks: Array.from({ length: blocks }, (_, block) => ({
      block,
      resetMs: 40,
      deployMs: 4_000,
      warmupMs: 120,
      measureMs: 600,
      removeMs: 300,
    })),
    samples,
    journal: { path: `journal/${label}.jsonl`, sha256: "0".repeat(64) },
  };
}

/** All 17 functions, each with its own ratios around `ratios`. */
export const syntheticRun = (options: SyntheticOptions = {}): readonly LatencyRecord[] =>
  figureFunctions.map(({ label, starred }, index) => {
    const wave = 1 + 0.5 * Math.sin(index * 1.7);
    const ratios = Object.fromEntries(
      Object.entries(options.ratios ?? { native: 0.5 }).map(([system, ratio]) => [
        system,
        system.endsWith("-aa") ? ratio : ratio * wave,
      ]),
    );
    return syntheticRecord({ ...options, label, starred, ratios, seed: index + 1, baselineMs: 4 + index });
  });

export const syntheticRunRecord = (changes: Partial<RunRecord> = {}): RunRecord => ({
  schema: "kalium-bench/run@1",
  runId,
  startedAt,
  endedAt: "2026-11-24T03:06:00.000Z",
  outcome: "passed",
  settings: { profile: "quick", systems: ["gvisor", "native"] },
  leftOut: [{ system: "runc", reason: "runc is not on PATH" }],
  environment: { machine: { cpu: "synthetic", cores: 2 }, node: "v24.21.0", database: { version: "8.4.0" } },
  ...changes,
});

/** A results folder on disk, journals included; returns its path. */
export async function writeSynthetic(
  root: string,
  records: readonly LatencyRecord[],
  run: Partial<RunRecord> = {},
): Promise<string> {
  const folder = await createResults(root, syntheticRunRecord(run));
  for (const record of records) await writeSyntheticRecord(folder, { ...record, runId: run.runId ?? runId });
  return folder;
}

/** A record and its journal, in the place of earlier ones. */
export async function writeSyntheticRecord(folder: string, record: LatencyRecord): Promise<void> {
  await rm(journalPath(folder, record.label), { force: true });
  const { path } = writeJournal(folder, record);
  await writeLatency(folder, recordFromJournal(readJournal(path)));
}

/** The journal that a measuring worker would have written. */
export function writeJournal(
  folder: string,
  record: LatencyRecord,
): { readonly path: string; readonly sha256: string } {
  const { flow, label, starred, application, baseline, systems, plan } = record;
  const facts = {
    ...{ runId: record.runId, startedAt: record.startedAt, flow, label, starred, baseline, systems, plan },
    ...(application && { application }),
  };
  const journal = openJournal(journalPath(folder, label), facts);
  for (const data of record.proofs) journal.append({ kind: "proof", data });
  for (const data of record.samples) journal.append({ kind: "sample", data });
  for (const data of record.blocks) journal.append({ kind: "block", data });
  for (const data of record.voids ?? []) journal.append({ kind: "void", data });
  for (const blocks of record.looks ?? []) journal.append({ kind: "look", data: { blocks } });
  if (record.stopped) journal.append({ kind: "stop", data: record.stopped });
  journal.append({ kind: "end", data: { endedAt: record.endedAt } });
  return journal.close();
}

const variantOf = (system: string): "vanilla" | "valve" | "trapeze" =>
  system === "valve" || system === "trapeze" ? system : "vanilla";
const runtimeOf = (system: string): string => (["native", "runc"].includes(system) ? system : "gvisor");

const proof = (system: string, block: number, label: string): LatencyRecord["proofs"][number] => {
  const runtime = runtimeOf(system);
  return {
    system,
    block,
    function: label,
    instance: `synthetic-${system}-${block}`,
    runtime,
    version: runtime === "gvisor" ? "runsc version synthetic" : `${runtime} synthetic`,
    sha256: "0".repeat(64),
    ...(runtime === "gvisor" ? { platform: "systrap" } : {}),
    network: runtime === "gvisor" ? "netstack" : "host kernel, own namespace",
    hostArgv: [runtime, "synthetic"],
    hostKernelAddresses: runtime === "gvisor" ? [] : ["10.0.0.2"],
    procVersion: runtime === "gvisor" ? "Linux version 4.4.0" : "Linux version 6.1.0",
    procCmdline: "",
    dmesg: runtime === "gvisor" ? "Starting gVisor..." : "",
    nodeVersion: "v24.21.0",
    startNs: 400_000_000,
  };
};
