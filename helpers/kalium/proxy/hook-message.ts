/** What the hook in a function's process says, one JSON value per line: a greeting, then events. */
import { z } from "zod";
import { eventNames } from "../core/event.ts";

const text = z.string().max(16_384);
const id = z.string().min(1).max(256);
const durationNs = z.int().min(0);

const greetingSchema = z.strictObject({
  token: z.string().max(256),
  /** Name of the sandbox that the process runs in: on a cluster the pod's, which no other pod has. */
  instance: z.string().min(1).max(256),
  /** Proves to the hook that a verdict beside a call is the guard's. Absent: the hook asks about every call itself. */
  admissionKey: z
    .string()
    .regex(/^[\w-]{22,64}$/)
    .exactOptional(),
});

export type Greeting = z.infer<typeof greetingSchema>;

/** Durations of an earlier event, which the hook knew only after it, ns. */
const hookTimingsSchema = z.strictObject({
  /** Of the earlier event. */
  id: z.int(),
  /** From the intercepted call to the complete event. */
  eventConstructionNs: durationNs,
  /** From sending the event to its verdict. */
  checkTotalNs: durationNs,
  /** From the intercepted call to the return of the one that really writes. */
  syscallTotalNs: durationNs,
});

const hookEventSchema = z.strictObject({
  /** Comes back with the verdict. */
  id: z.int(),
  /** The invocation; unique in the instance. */
  request: id,
  /** The call that all functions on its way share. */
  session: id,
  event: z.enum(eventNames),
  host: text.optional(),
  /** `address:port` of the other end. */
  peer: z.string().max(256).optional(),
  method: z.string().max(64).optional(),
  path: text.optional(),
  hasBody: z.boolean().optional(),
  /** Why the hook cannot tell what this is: no policy can allow it. */
  problem: z.string().min(1).max(256).optional(),
  /** The hook waits for no verdict, and gets none. */
  silent: z.literal(true).optional(),
  timings: z.array(hookTimingsSchema).max(10_000).optional(),
});

export type HookEvent = z.infer<typeof hookEventSchema>;
export type HookTimings = z.infer<typeof hookTimingsSchema>;

/** `undefined` for anything else. */
export const readGreeting = (line: string): Greeting | undefined => read(greetingSchema, line);

/** `undefined` for a message that is not an event. */
export const readHookEvent = (line: string): HookEvent | undefined => read(hookEventSchema, line);

function read<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
