import { expect, test } from "vitest";
import { z } from "zod";
import { longList } from "./long-list.ts";
import { sampleSchema } from "./record.ts";
import { syntheticRecord } from "../testing/synthetic.ts";

const samples = syntheticRecord({ rounds: 3, blocks: 2 }).samples;
const [fast, slow] = [longList(sampleSchema), z.array(sampleSchema)];

test("a right list comes back as it is, without a copy", () => {
  expect(fast.parse(samples)).toBe(samples);
});

test.for([
  ["a negative time", { latencyNs: -1 }],
  ["a fraction", { round: 0.5 }],
  ["a number that is not whole in binary", { startedAtNs: 2 ** 60 }],
  ["infinity", { latencyNs: Infinity }],
  ["an unknown outcome", { outcome: "fine" }],
  ["an empty name", { system: "" }],
  ["an unknown field", { extra: 1 }],
  ["null for an optional field", { reason: null }],
  ["a missing field", { status: undefined }],
] as const)("%s is refused in the same words and at the same path as by zod", ([, change]) => {
  const changed = samples.with(3, { ...samples[3], ...change } as never);
  const said = (error: z.ZodError | undefined) => error?.issues.map(({ path, message }) => ({ path, message }));
  const wanted = said(slow.safeParse(changed).error);
  expect(wanted).toHaveLength(1);
  expect(said(fast.safeParse(changed).error)).toEqual(wanted);
});

test("what is not a list is refused", () => {
  expect(fast.safeParse({ length: 1 }).error?.issues[0]?.message).toContain("expected array");
});
