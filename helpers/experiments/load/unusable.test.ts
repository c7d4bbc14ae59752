import { expect, test } from "vitest";
import { clientSystem } from "../../../reports/records/load-record.ts";
import { syntheticLoad } from "../../../reports/testing/synthetic-load.ts";
import { unusableLoad } from "./unusable.ts";

/** The client alone sends so late that no step that missed the bound counts; all miss it. */
const lateClient = (profile: string) =>
  syntheticLoad({
    change: (call) => (call.system === clientSystem ? { ...call, sentAtNs: call.dueAtNs + 60e6 } : call),
    capacities: { gvisor: 5, native: 5 },
    plan: { profile },
  });

test("a system without a valid step cannot be judged; under the profile smoke it needs none", () => {
  expect(unusableLoad(lateClient("quick"))).toEqual([
    expect.stringMatching(/^gvisor: no valid step, first: the client alone sent/),
    expect.stringMatching(/^native: no valid step/),
  ]);
  expect(unusableLoad(lateClient("smoke"))).toEqual([]);
});

test("what is void, and a system that was not called, is named under every profile", () => {
  const record = lateClient("smoke");
  const steps = record.steps.filter(({ system }) => system !== "native");
  const voids = [{ system: "gvisor", block: 1, reason: "restarted" }];
  expect(unusableLoad({ ...record, steps, voids })).toEqual(["gvisor, block 1: restarted", "native: no valid step"]);
});
