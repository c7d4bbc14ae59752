/** What the sandboxes of a block took beside time, as the kernel counted it. Part of a block's record. */
import { z } from "zod";

const ns = z.number().int().nonnegative();
const bytes = z.number().int().nonnegative();
const text = z.string().min(1);

/**
 * When counters are read, in this order: when all instances have answered, before the first measured call, after the last
 * one, and after a time without any call.
 */
export const priceReads = ["started", "before", "after", "idle"] as const;

/** Parts of a start, one after the other, ns: docs/price.md. */
export const startStagesSchema = z.strictObject({
  networkNs: ns,
  createNs: ns,
  runtimeNs: ns,
  programNs: ns,
  answerNs: ns,
});

const count = z.number().int().nonnegative();

/** What could not be read is absent. */
const systemPriceSchema = z.strictObject({
  system: text,
  /** Measured calls between the reads `before` and `after`, whatever became of them. */
  calls: z.number().int().positive(),
  /** Instances of the system: the measured function's and those of the functions that it calls. The figures are their sum. */
  instances: z.number().int().positive(),
  /** Processor time between `before` and `after`, and between `after` and `idle`. */
  cpuNs: ns.optional(),
  idleCpuNs: ns.optional(),
  /** Between the times at which these counts were seen, where that was not at the reads: a kubelet's, on its own clock. */
  cpuWindowNs: ns.optional(),
  idleWindowNs: ns.optional(),
  /** Working sets at `started` and at `after`. */
  startedBytes: bytes.optional(),
  afterBytes: bytes.optional(),
  /** The most that was in use at once, file pages included, until `after`. */
  peakBytes: bytes.optional(),
  /** From the creation of the measured function's instance to its first answer; the mean where there are several. */
  startNs: ns.optional(),
  /** The same of its parts. */
  startStages: startStagesSchema.optional(),
  /** Through the instances' own network interfaces between `before` and `after`, as the instances see it. */
  receivedBytes: bytes.optional(),
  sentBytes: bytes.optional(),
  receivedPackets: count.optional(),
  sentPackets: count.optional(),
});

/** A process that serves several systems, so that no share of it belongs to one. */
const sharedPriceSchema = z.strictObject({
  /** `gateway`, `database`, or the guard's name: `embedded`. */
  part: text,
  /** Measured calls of the systems that it serves. */
  calls: z.number().int().positive(),
  cpuNs: ns,
});

export const blockPriceSchema = z.strictObject({
  /** Whose counters they are. */
  source: z.enum(["cgroup-v1", "cgroup-v2", "kubelet"]),
  /** On the clock of `startedAtNs` of the samples: no read overlaps a call. */
  reads: z.array(z.strictObject({ at: z.enum(priceReads), startedAtNs: ns, tookNs: ns })),
  systems: z.array(systemPriceSchema),
  shared: z.array(sharedPriceSchema).optional(),
});

export type PriceRead = (typeof priceReads)[number];
export type BlockPrice = z.infer<typeof blockPriceSchema>;
export type StagesOfStart = z.infer<typeof startStagesSchema>;
export type SystemPrice = z.infer<typeof systemPriceSchema>;
