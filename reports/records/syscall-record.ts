/**
 * `syscalls.<name>.json` in a results folder: how long each stage of each guarded system call took, as the artifact's
 * runtime logged it or as the embedded guard timed it itself. Versioned; the reader owns it.
 */
import { z } from "zod";
import { type SeriesName, callStages, syscallSources } from "./syscall-stages.ts";

const text = z.string().min(1);

/** In the order of the calls, ns; never sorted, trimmed or averaged. */
const durations = z.array(z.number().int().nonnegative());

/** A stage that the source does not time is absent, never zero. All stages are of the same calls. */
const callSchema = z
  .partialRecord(z.enum(callStages), durations)
  .refine((stages) => new Set(Object.values(stages).map(({ length }) => length)).size === 1, {
    message: "every stage needs a duration of every call",
  });

const count = z.number().int().nonnegative();

/** Verdicts on invocations, by how the function got them. Those of `calls.invocation` are the first two. */
const invocationVerdictsSchema = z.strictObject({
  /** Went with the call before they were decided. */
  foreseen: count,
  /** Went with the call, which waited for the decision. */
  decided: count,
  /** The hook asked for them. */
  asked: count,
});

export type InvocationVerdicts = z.infer<typeof invocationVerdictsSchema>;

export const syscallRecordSchema = z.strictObject({
  schema: z.literal("kalium-bench/syscalls@1"),
  runId: text,
  /** Part of the file's name; one record per name in a folder. */
  name: z.string().regex(/^[\w.-]+$/),
  source: z.enum(syscallSources),
  /** What timed the stages, for example the version that the runtime logged. */
  producer: text,
  /** System and measured function, where one test made these calls. */
  system: text.optional(),
  function: text.optional(),
  /** Calls of that function in which these stages were timed, warm-up and cold ones too where they are in `calls`. */
  invocations: z.number().int().positive().optional(),
  calls: z.strictObject({
    invocation: callSchema.optional(),
    write: callSchema.optional(),
    sendmsg: callSchema.optional(),
    encrypt: z.strictObject({ encrypt: durations }).optional(),
  } satisfies Record<SeriesName, z.ZodType>),
  /** Absent where nobody tells one from the other. */
  invocationVerdicts: invocationVerdictsSchema.optional(),
  /** Measurement lines that could not be read, and are not in `calls`. */
  malformedLines: count.optional(),
  /** What a reader should know: lines that could not be read, lost messages. */
  notes: z.array(text).optional(),
});

export type SyscallRecord = z.infer<typeof syscallRecordSchema>;
