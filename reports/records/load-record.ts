/**
 * `load.<label>.json` in a results folder: calls that were sent at a given rate whether or not earlier ones had been
 * answered, and how long each took from the moment it was due. Versioned; the reader owns it.
 */
import { z } from "zod";
import { longList } from "./long-list.ts";
import { latencyRecordSchema } from "./record.ts";

const ns = z.int().min(0);
const text = z.string().min(1);
const rate = z.number().positive();

/** The load generator itself, calling a target that does nothing: a system beside the others in `samples`. */
export const clientSystem = "client";

const callSchema = z.strictObject({
  system: text,
  block: z.int().min(0),
  /** Offered rate of its step; a step is a system, a block and a rate. */
  ratePerS: rate,
  /** Warm-up calls are kept, and left out of everything. */
  phase: z.enum(["warmup", "measured"]),
  /** Place in its step's schedule, from 0. */
  index: z.int().min(0),
  /** When it was due, since the start of the function's test, ns, monotonic clock. */
  dueAtNs: ns,
  /** Every client was busy then: it waited in the load generator. */
  waited: z.boolean(),
  /** When it was sent; absent: not at all. */
  sentAtNs: ns.optional(),
  /** From when it was due to the last byte of the answer, ns: queueing in the client included. */
  latencyNs: ns,
  /** From the end of sending to the last byte of the answer, ns, which the system took; absent: not sent. */
  serviceNs: ns.optional(),
  /** HTTP status; 0 without an answer. */
  status: z.int().min(0),
  /** `unsent`: no client became free before the step was over. Only `ok` has a latency worth quoting. */
  outcome: z.enum(["ok", "wrong-answer", "error", "timeout", "unsent"]),
  reason: z.string().optional(),
});

const stepSchema = z.strictObject({
  system: text,
  block: z.int().min(0),
  ratePerS: rate,
  /** Start of its schedule, since the start of the function's test, ns. */
  startedAtNs: ns,
  /** Lateness of the load generator's event loop during the step. */
  loopDelayP99Ns: ns,
  loopDelayMaxNs: ns,
  /**
   * Processor time of every system's sandboxes, the loaded one's and those at rest, from before the first call to after
   * the last. Absent: nobody could tell, as until November 2026.
   */
  usage: z.strictObject({ windowNs: ns, cpuNs: z.record(text, ns) }).optional(),
});

const planSchema = z.strictObject({
  /** Name of the loop model: arrivals do not wait for answers. */
  loop: z.literal("open-rate"),
  profile: text,
  seed: z.int(),
  blocks: z.int().min(1),
  warmupRounds: z.int().min(0),
  connection: z.enum(["keepalive", "fresh"]),
  /** Ascending. */
  ratesPerS: z.array(rate).min(1),
  /** Length of a step's schedule. */
  windowMs: z.int().min(1),
  arrivals: z.enum(["poisson", "constant"]),
  /** Most calls in flight. */
  clients: z.int().min(1),
  /** Instances of every deployed function. */
  replicas: z.int().min(1),
  /** A step holds the bound when this share of its planned calls is answered right within `boundMs`. */
  boundMs: z.number().positive(),
  quantile: z.number().gt(0).lt(1),
  /** After the rates, halve what lies between the greatest that held and the least that did not. */
  search: z.boolean(),
  callTimeoutMs: z.int().min(1),
});

const { runId, startedAt, flow, label, starred, baseline, systems, watchdog, proofs, blocks, voids } =
  latencyRecordSchema.shape;

/** What is known before the first call. */
export const loadFactsSchema = z.strictObject({
  runId,
  startedAt,
  flow,
  label,
  starred,
  baseline,
  systems,
  watchdog,
  plan: planSchema,
});

export const loadRecordSchema = loadFactsSchema.extend({
  schema: z.literal("kalium-bench/load@1"),
  /** Absent: it was cut. */
  endedAt: z.iso.datetime().optional(),
  proofs,
  blocks,
  /** What makes data meaningless rather than slow. Without block: all blocks; without system: all systems. */
  voids: voids.unwrap(),
  steps: z.array(stepSchema),
  /** In the order in which they ended. */
  samples: longList(callSchema),
  journal: z.strictObject({ path: text, sha256: text }),
});

/** Version 1 had lines whose checksums stand alone. */
export const chainedLoadJournal = "kalium-bench/load-journal@2";

/** Lines of `journal/load/<label>.jsonl`. */
export const loadEntrySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("header"),
    data: loadFactsSchema.extend({ schema: z.enum(["kalium-bench/load-journal@1", chainedLoadJournal]) }),
  }),
  z.strictObject({ kind: z.literal("sample"), data: callSchema }),
  z.strictObject({ kind: z.literal("step"), data: stepSchema }),
  z.strictObject({ kind: z.literal("proof"), data: proofs.element }),
  z.strictObject({ kind: z.literal("block"), data: blocks.element }),
  z.strictObject({ kind: z.literal("void"), data: voids.unwrap().element }),
  z.strictObject({ kind: z.literal("end"), data: z.strictObject({ endedAt: z.iso.datetime() }) }),
]);

export type LoadCall = z.infer<typeof callSchema>;
export type LoadStep = z.infer<typeof stepSchema>;
export type LoadPlan = z.infer<typeof planSchema>;
export type LoadFacts = z.infer<typeof loadFactsSchema>;
export type LoadRecord = z.infer<typeof loadRecordSchema>;
export type LoadEntry = Exclude<z.infer<typeof loadEntrySchema>, { kind: "header" }>;
