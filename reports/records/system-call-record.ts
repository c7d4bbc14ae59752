/** `system-calls.json` in a results folder: what operations of the operating system take under each runtime. Versioned. */
import { z } from "zod";
import { systemSchema } from "./record.ts";

const text = z.string().min(1);

/** In the order of tables and figures. docs/system-calls.md says which system calls each one makes. */
export const operationNames = [
  "getppid",
  "clock",
  "stat",
  "open-close",
  "read",
  "write",
  "fsync",
  "stdout",
  "map",
  "page-faults",
  "event-loop",
  "thread-pool",
  "unix-socket",
  "connect",
  "tcp-64",
  "tcp-4k",
  "tcp-64k",
  "connect-out",
  "tcp-out-64",
  "exec",
] as const;
export type OperationName = (typeof operationNames)[number];

export const systemCallRecordSchema = z.strictObject({
  schema: z.literal("kalium-bench/system-calls@1"),
  runId: text,
  /** Every ratio is relative to this system. */
  baseline: text,
  systems: z.array(systemSchema),
  plan: z.strictObject({ profile: text, seed: z.number().int(), blocks: z.number().int().positive() }),
  /** One per system, block and operation. */
  series: z.array(
    z.strictObject({
      system: text,
      /** Fresh sandboxes: the unit of replication. */
      block: z.number().int().nonnegative(),
      operation: z.enum(operationNames),
      /** Operations in each batch. */
      count: z.number().int().positive(),
      /** Mean time of an operation in each batch, in order, ns. */
      ns: z.array(z.number().positive()).min(1),
    }),
  ),
});

export type SystemCallRecord = z.infer<typeof systemCallRecordSchema>;
