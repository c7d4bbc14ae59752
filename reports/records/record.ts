/**
 * The record format: what measuring writes and every figure and table reads. Versioned; the reader owns it.
 * A results folder holds `run.json`, one `latency.<label>.json` per measured function and `journal/*.jsonl`.
 */
import { z } from "zod";
import { applicationRecordSchema } from "./application-record.ts";
import { longList } from "./long-list.ts";
import { blockPriceSchema, startStagesSchema } from "./price-record.ts";

const ns = z.number().int().nonnegative();
const text = z.string().min(1);

/** One call, in execution order. Journal lines carry the same fields. */
export const sampleSchema = z.strictObject({
  system: text,
  /** Fresh sandboxes per block: the unit of replication. From 0. */
  block: z.number().int().nonnegative(),
  /** From 0 within its phase; every system is called once per round. */
  round: z.number().int().nonnegative(),
  /** Place of this call in its round's random order, from 0. */
  position: z.number().int().nonnegative(),
  /** `cold`: the first call of a fresh instance. Warm-up calls are kept, and left out of statistics. */
  phase: z.enum(["cold", "warmup", "measured"]),
  /** Start of the call since the start of the function's test, ns, monotonic clock. */
  startedAtNs: ns,
  /** From the end of sending the request to the first byte of the answer, ns; absent when none came. */
  firstByteNs: ns.optional(),
  /** From the end of sending the request to the last byte of the answer, ns. The latency that figures quote. */
  latencyNs: ns,
  /** HTTP status; 0 when no answer came, or when it is not known (imported). */
  status: z.number().int().nonnegative(),
  /** `wrong-answer`: it answered, but the check of the function refused the body or the status. */
  outcome: z.enum(["ok", "wrong-answer", "error", "timeout"]),
  /** Why the outcome is not `ok`. */
  reason: z.string().optional(),
  /** The supervisor's own time until the function's response headers (`X-Duration-Seconds`), ns. */
  supervisorNs: ns.optional(),
});

const proofSchema = z.strictObject({
  system: text,
  block: z.number().int().nonnegative(),
  /** Deployed function that this instance runs; a measured function may need several. */
  function: text,
  instance: text,
  runtime: text,
  version: text,
  sha256: text,
  platform: z.string().optional(),
  network: text,
  /** The user's own flags of the runtime. */
  flags: z.array(text).optional(),
  hostArgv: z.array(z.string()),
  hostKernelAddresses: z.array(z.string()),
  procVersion: z.string(),
  procCmdline: z.string(),
  dmesg: z.string(),
  /** Empty where the function is not known to run on Node. */
  nodeVersion: z.string(),
  /** Who looked from inside; absent: the function itself. `program`: one of ours, beside it. */
  seenBy: z.literal("program").optional(),
  /** What the evidence leaves open of the runtime that the system claims; absent: it is proven. */
  unproven: text.optional(),
  /** An image of the user's, and what of it the host sees run; `program` absent: out of its sight. */
  image: z
    .strictObject({
      digest: text,
      program: z.strictObject({ path: text, sha256: text, inImage: z.boolean() }).optional(),
    })
    .optional(),
  /** From the start of the sandbox to the first answer of the function, ns. */
  startNs: ns,
  /** Its parts. Absent: nobody saw them, as on a cluster and until November 2026. */
  stages: startStagesSchema.optional(),
  /** On a cluster: where the instance was, and what its pod asked the node for. */
  placement: z
    .strictObject({
      node: text,
      pod: text,
      podIp: z.string(),
      /** Absent: the node's default runtime. */
      runtimeClass: text.optional(),
    })
    .optional(),
});

export const systemSchema = z.strictObject({
  name: text,
  variant: z.enum(["vanilla", "valve", "trapeze", "trapeze-as-shipped"]),
  runtime: text,
  guard: text,
  /** An A/A arm: the system that it repeats in sandboxes of its own. Their ratio's interval is the noise floor. */
  aaOf: text.optional(),
  /** What a call does beside its logic. Absent: `lean`, which all did before there was a choice. */
  workload: z.enum(["artifact", "lean"]).optional(),
  /** Of the user's file of runtimes; absent: the report's own. */
  title: text.optional(),
  /** Where the system does other work here than the application's: its bar does not say what that work costs. */
  note: text.optional(),
});

/**
 * What takes calls in every instance and hands them to the function: `kalium-bench`, or the name of the program that
 * stood in its place. Absent: it was outside the sandboxes of this machine, as until November 2026, or it is not known.
 */
export const watchdogSchema = z.strictObject({ name: text, digest: text });

/** One file of a harness that kept less than we do: the artifact's timings of curl, or what is left of them. */
const importedFileSchema = z.strictObject({
  /** As it was named when it was imported. */
  path: text,
  sha256: text,
  system: text,
  /** Calls that it speaks of. */
  count: z.number().int().positive(),
  /** Where the file has no single calls. */
  average: z.strictObject({ meanNs: z.number().positive(), stdevNs: z.number().nonnegative() }).optional(),
});

export const latencyRecordSchema = z.strictObject({
  schema: z.literal("kalium-bench/latency@1"),
  runId: text,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  flow: text,
  /** The figure's label without asterisk. */
  label: text,
  starred: z.boolean(),
  /** The user's; absent: Hello, Retail! */
  application: applicationRecordSchema.optional(),
  /** How functions fetched the picture, where that was not HTTPS. */
  picture: z.literal("http").optional(),
  /** Every ratio is relative to this system. */
  baseline: text,
  systems: z.array(systemSchema),
  watchdog: watchdogSchema.optional(),
  plan: z.strictObject({
    profile: text,
    seed: z.number().int(),
    blocks: z.number().int().positive(),
    rounds: z.number().int().positive(),
    warmupRounds: z.number().int().nonnegative(),
    connection: z.enum(["keepalive", "fresh"]),
    /** `detected`: `warmupRounds` is the most; each block warms up until its systems are steady. Absent: fixed. */
    warmup: z.enum(["fixed", "detected"]).optional(),
    /** Before each measured round, ms. Absent: none. */
    pauseMs: z.number().int().nonnegative().optional(),
    /** Stop before `blocks` when every interval's half-width is at most this (or the noise floor), in percent. */
    precisionPercent: z.number().positive().optional(),
    /** For the whole run, minutes. */
    budgetMinutes: z.number().positive().optional(),
    /** Blocks that are measured even when the function's time is used up. Absent: one. */
    leastBlocks: z.number().int().positive().optional(),
  }),
  proofs: z.array(proofSchema),
  /** Wall time of each block's parts, ms. */
  blocks: z.array(
    z.strictObject({
      block: z.number().int().nonnegative(),
      resetMs: z.number(),
      deployMs: z.number(),
      warmupMs: z.number(),
      measureMs: z.number(),
      /** Floors and checks between the last call and the removal. Absent: not recorded, as until November 2026. */
      checkMs: z.number().optional(),
      removeMs: z.number(),
      /** Of the machine, over the last minute, when the block's calls had been made. */
      loadAverage: z.number().nonnegative().optional(),
      /** Processor time that the machine's host took away during the block's calls; absent: unknown. */
      stealMs: z.number().optional(),
      /** What its sandboxes took beside time. Absent: not asked for, or nobody could tell. */
      price: blockPriceSchema.optional(),
      /** Index into run.json's `sessions`, where a resumed run changed its surroundings on purpose. Absent: 0. */
      environment: z.number().int().nonnegative().optional(),
      /** The void block in whose place this one was measured. Absent: it was planned. */
      repeats: z.number().int().nonnegative().optional(),
    }),
  ),
  /** Hash of the plan; equal hashes are the same experiment. */
  planHash: text.optional(),
  /** Why no further block was measured, and the half-width of the widest log ratio's 95 % interval by then. */
  stopped: z
    .strictObject({ reason: z.enum(["precise", "budget", "blocks"]), halfWidth: z.number().nonnegative().optional() })
    .optional(),
  /** Rounds of each block, chosen in the first from what it cost until then. Absent: as planned. */
  sized: z
    .strictObject({
      /** Chosen with them; time that is left is for the functions that follow. Absent: as many as there is time for. */
      blocks: z.number().int().positive().optional(),
      rounds: z.number().int().positive(),
      warmupRounds: z.number().int().nonnegative(),
      /** For the whole function, chosen with them, ms. Absent: its share of the run's. */
      timeMs: z.number().nonnegative().optional(),
    })
    .optional(),
  /** Finished blocks at each earlier look, where it was measured on to settle verdicts. Absent: none. */
  looks: z.array(z.number().int().nonnegative()).optional(),
  /** What makes data meaningless rather than slow. Without block: all blocks; without system: all systems. */
  voids: z
    .array(
      z.strictObject({
        system: text.optional(),
        block: z.number().int().nonnegative().optional(),
        reason: text,
        /** The machine was too busy, or its clock was set: nothing is wrong about the work itself. */
        cause: z.literal("machine").optional(),
      }),
    )
    .optional(),
  /** What a reader should know and what voids nothing. Without round: the block; without system: all systems. */
  flags: z
    .array(
      z.strictObject({
        kind: z.enum(["no-steady-state", "late-client", "stolen-time", "floor-lost", "price-lost"]),
        system: text.optional(),
        block: z.number().int().nonnegative(),
        round: z.number().int().nonnegative().optional(),
        detail: z.string(),
      }),
    )
    .optional(),
  /** Calls that do nothing, in each block: what the harness itself costs. `instance`: the gateway is bypassed. `sandbox-echo`: from inside. */
  floors: z
    .array(
      z.strictObject({
        block: z.number().int().nonnegative(),
        name: z.enum(["gateway", "instance", "tcp-echo", "sandbox-echo"]),
        medianNs: ns,
        n: z.number().int().positive(),
      }),
    )
    .optional(),
  /** In execution order; never sorted, trimmed or averaged here. */
  samples: longList(sampleSchema),
  /** Absent: imported. */
  journal: z.strictObject({ path: text, sha256: text }).optional(),
  /**
   * Not measured by us: one file per system and function, taken as one block. Whether the answers were right, and when
   * and in which order the systems were called, is not known; `startedAtNs` only keeps the order within a file.
   */
  imported: z.strictObject({ files: z.array(importedFileSchema) }).optional(),
});

/** `run.json`: one per results folder. */
export const runRecordSchema = z.strictObject({
  schema: z.literal("kalium-bench/run@1"),
  runId: text,
  startedAt: z.iso.datetime(),
  /** Absent during the run, and after a crash. */
  endedAt: z.iso.datetime().optional(),
  /** `interrupted` after Ctrl-C. `imported`: nothing ran; the times are those of the import. */
  outcome: z.enum(["running", "passed", "failed", "interrupted", "imported"]),
  /** Settings after defaults. Never secrets. */
  settings: z.record(z.string(), z.unknown()),
  /** SHA-256 of each record in the folder when the run ended, by file name. Absent: it has not ended in order. */
  records: z.record(text, text).optional(),
  /** Systems that were left out, with the reason. */
  leftOut: z.array(z.strictObject({ system: text, reason: text })),
  /** Machine, kernel, Node, lock file, git, database, image server and so on. */
  environment: z.record(z.string(), z.unknown()),
  /** Labels of the functions that the run was to measure, as `-t` selected them. Absent: all. */
  selected: z.array(text).optional(),
  /** The user's; absent: Hello, Retail! */
  application: applicationRecordSchema.optional(),
  /** Of functions, systems and plan together; each function's record has its own. */
  planHash: text.optional(),
  /** The `KALIUM_*` variables that the user had set, as text, without passwords; `resume` sets them again. */
  variables: z.record(z.string(), z.string()).optional(),
  /** Vitest's arguments, such as `-t`; `resume` gives them again. */
  arguments: z.array(z.string()).optional(),
  /** One per start of the run: the first, and each `resume`. */
  sessions: z
    .array(
      z.strictObject({
        startedAt: z.iso.datetime(),
        /** Of its temporary folder, sandboxes and databases. */
        runId: text,
        /** Facts that are not as they were at first, accepted by `--allow-mixed`. */
        differences: z.array(z.string()),
      }),
    )
    .optional(),
});

export type Sample = z.infer<typeof sampleSchema>;
export type ProofRecord = z.infer<typeof proofSchema>;
export type SystemRecord = z.infer<typeof systemSchema>;
export type LatencyRecord = z.infer<typeof latencyRecordSchema>;
export type Void = NonNullable<LatencyRecord["voids"]>[number];
export type Flag = NonNullable<LatencyRecord["flags"]>[number];
export type Floor = NonNullable<LatencyRecord["floors"]>[number];
export type Stop = NonNullable<LatencyRecord["stopped"]>;
export type ImportedFile = z.infer<typeof importedFileSchema>;
export type RunRecord = z.infer<typeof runRecordSchema>;
