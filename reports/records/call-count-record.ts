/** `calls.<label>.json` in a results folder: the system calls of a measured function's invocations. Versioned. */
import { z } from "zod";

const text = z.string().min(1);

/** What a call is about, by its file descriptor. `tcp-inside`: both ends are in the sandbox. `pipe`: also what an instance prints. `event`: of the kernel's own, such as eventfd and epoll. */
export const callTargets = ["tcp-outside", "tcp-inside", "udp", "unix", "netlink", "file", "pipe", "event"] as const;
export type CallTarget = (typeof callTargets)[number];

/** One per invocation. */
const counts = z.array(z.number().int().nonnegative()).min(1);

/** What a sandbox's own trace has, of fresh instances in a block of its own. */
const sandboxCountsSchema = z.strictObject({
  system: text,
  /** With its version. */
  tracer: text,
  /** By name alone; futex as above. */
  calls: z.array(z.strictObject({ call: text, counts })),
  /** Why there are no counts. */
  problem: text.optional(),
});

export const callCountRecordSchema = z.strictObject({
  schema: z.literal("kalium-bench/call-counts@1"),
  runId: text,
  label: text,
  /** Whose instances were looked at. */
  system: text,
  /** With its version. */
  tracer: text,
  /** Threads of Node that work beside an invocation; their calls are not counted. */
  besideThreads: z.array(text),
  /** Of all instances that an invocation involves. A call that no invocation made is absent. */
  calls: z.array(
    z.strictObject({
      /** By the kernel's name; `futex-wake` and `futex-wait` are those that woke and that slept. */
      call: text,
      /** Absent: no file descriptor, or one that is not known. */
      on: z.enum(callTargets).optional(),
      counts,
    }),
  ),
  /** Pages that the kernel had to provide, of the same instances. */
  pageFaults: counts,
  /** The same under sandboxes that count for themselves: a second source. Absent: none was measured, as until November 2026. */
  inSandbox: z.array(sandboxCountsSchema).optional(),
});

export type CallCountRecord = z.infer<typeof callCountRecordSchema>;
export type SandboxCounts = z.infer<typeof sandboxCountsSchema>;
export type CountedCall = CallCountRecord["calls"][number];
