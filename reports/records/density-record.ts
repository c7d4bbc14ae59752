/**
 * `density.<label>.json` in a results folder: idle instances of one function, started one after the other, with what the
 * first ones of them take in memory and how long each took to start. Versioned; the reader owns it.
 */
import { z } from "zod";
import { latencyRecordSchema } from "./record.ts";

const bytes = z.int().min(0);
const text = z.string().min(1);

/** What could not be read is absent. */
const pointSchema = z.strictObject({
  /** Instances that have answered and are idle. */
  instances: z.int().min(1),
  /** Working set of each, in the order of their starts: everything in its control group. */
  instanceBytes: z.array(bytes).optional(),
  /** `MemAvailable` of the machine, beside everything else that runs on it. */
  availableBytes: bytes.optional(),
});

const seriesSchema = z.strictObject({
  system: text,
  block: z.int().min(0),
  /** Place among the systems of its block, from 0. */
  position: z.int().min(0),
  /** Whose counters `instanceBytes` are; absent: there are none. */
  source: z.enum(["cgroup-v1", "cgroup-v2"]).optional(),
  /** `MemAvailable` before the first instance. */
  availableBytes: bytes.optional(),
  /** Of each instance, in the order of their starts: from its creation to its first answer, ns. */
  startsNs: z.array(z.int().min(0)),
  /** Ascending: 1, 2, 4, 8 and so on, and the last instance. */
  points: z.array(pointSchema).min(1),
  /** Why no further instance was started: there are as many as planned, or the next one would not fit the memory. */
  ended: z.enum(["instances", "memory"]),
  /** Of the machine, over the last minute, at the end. */
  loadAverage: z.number().nonnegative(),
});

const planSchema = z.strictObject({
  profile: text,
  seed: z.int(),
  blocks: z.int().min(1),
  /** Most instances of a system at a time. */
  instances: z.int().min(1),
  /** Most memory that they may take, as the user has set it. Half of the free memory is the limit in any case. */
  memoryBytes: bytes.optional(),
});

const { runId, startedAt, flow, label, starred, application, baseline, systems, watchdog, proofs, voids } =
  latencyRecordSchema.shape;

export const densityRecordSchema = z.strictObject({
  schema: z.literal("kalium-bench/density@1"),
  runId,
  startedAt,
  flow,
  label,
  starred,
  application,
  baseline,
  systems,
  watchdog,
  plan: planSchema,
  /** Absent: it was cut; the series are those that had ended. */
  endedAt: z.iso.datetime().optional(),
  /** Of the first instance of each series; all were checked. */
  proofs,
  /** What makes a series meaningless. */
  voids: voids.unwrap(),
  series: z.array(seriesSchema),
});

export type DensityPlan = z.infer<typeof planSchema>;
export type DensityPoint = z.infer<typeof pointSchema>;
export type DensitySeries = z.infer<typeof seriesSchema>;
export type DensityRecord = z.infer<typeof densityRecordSchema>;
