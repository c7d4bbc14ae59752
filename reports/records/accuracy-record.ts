/**
 * `accuracy.json` in a results folder: what learnt policies reject although it is right, and what of attacks they
 * reject. Versioned; the reader owns it.
 */
import { z } from "zod";

const text = z.string().min(1);
const count = z.int().min(0);

const curveSchema = z
  .strictObject({
    semantics: text,
    trainingRounds: z.int().min(1),
    testRounds: z.int().min(1),
    requestsPerRound: z.int().min(1),
    orderSeed: z.int(),
    /** Per random order of the training rounds: how many test rounds are rejected after 1, 2, ... of them. */
    rejected: z.array(z.array(count)).min(1),
    /** How many of all recorded rounds a policy rejects that all the others taught. */
    leaveOneOut: z.strictObject({ rounds: count, rejected: count }),
  })
  .refine(
    ({ rejected, trainingRounds, testRounds }) =>
      rejected.every((order) => order.length === trainingRounds && order.every((of) => of <= testRounds)),
    { message: "every order needs a count, at most all test rounds, for every number of training rounds" },
  );

const enforcedSchema = z.strictObject({
  semantics: text,
  /** Rounds that taught the policy. */
  rounds: count,
  /**
   * Per random order of these rounds: how many of them teach all that the fresh requests needed, as their traces tell;
   * null: more than there are. Absent in records of before.
   */
  needed: z.array(z.int().min(0).nullable()).min(1).optional(),
  /** Fresh requests to the live functions under the policy. */
  requests: z.int().min(1),
  /** Requests with a denial. */
  denied: count,
  /** Requests in which a check failed for another reason than the policy: in no count of denials. */
  faults: count,
  /** What was denied, in words, the most frequent first. */
  denials: z.array(z.strictObject({ what: text, requests: z.int().min(1) })),
});

/** Cases of one variant of one class under one guard. */
const outcomeSchema = z.strictObject({
  class: text,
  variant: text,
  /** Semantics of the enforcing guard; `none`: nothing was checked, which shows what the attack does unhindered. */
  guard: z.enum(["none", "reference", "strict"]),
  cases: z.int().min(1),
  /** Cases with a denial. */
  detected: count,
  /** Cases with a denial by a local graph. */
  local: count,
  /** Cases with a denial by the global graph, which `strict` asks only about what the local one allows. */
  global: count,
  /** Detected cases in which a request or a beginning was denied, so that it did not happen; else its end was. */
  prevented: count,
  /** Cases whose mark arrived at their target; absent: the variant has no target that could tell. */
  arrived: count.optional(),
  /** Cases in which a check failed for another reason than the policy: in no count of detections. */
  faults: count,
});

export const accuracyRecordSchema = z.strictObject({
  schema: z.literal("kalium-bench/accuracy@1"),
  runId: text,
  /** Name of the measured application in the figure. */
  application: text,
  system: text,
  normalise: text,
  workloadSeed: z.int(),
  curve: curveSchema.optional(),
  enforced: enforcedSchema.optional(),
  attacks: z
    .strictObject({ seed: z.int(), casesPerClass: z.int().min(1), outcomes: z.array(outcomeSchema) })
    .optional(),
  /** Wall time of the parts, ms, in order. */
  times: z.array(z.strictObject({ part: text, ms: z.number().min(0) })),
  notes: z.array(text).optional(),
});

export type AccuracyRecord = z.infer<typeof accuracyRecordSchema>;
export type AttackOutcome = z.infer<typeof outcomeSchema>;
