import { expect } from "vitest";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import { plannedCalls } from "../../measure/plan.ts";

/**
 * Expects every planned call exactly once, in the order of the plan; a block that was cut holds the beginning of its
 * calls, is void, and another one was measured in its place. One that was void for another reason was measured once more.
 * @returns how many blocks were cut
 */
export function expectPlanFulfilled(record: LatencyRecord, where = record.label): number {
  const { samples, blocks, systems, label, stopped, voids = [] } = record;
  expect(stopped?.reason, where).toBe("blocks");
  expect(blocks.filter(({ repeats }) => repeats === undefined).length, where).toBe(record.plan.blocks);
  const plan = { ...record.plan, label, systems: systems.map(({ name }) => name) };
  const finished = new Set(blocks.map(({ block }) => block));
  const made = Map.groupBy(samples, ({ block }) => block);
  const cut = [...made.keys()].filter((block) => !finished.has(block));
  for (const [block, own] of made) {
    const planned = plannedCalls(plan, block);
    const expected = cut.includes(block) ? planned.slice(0, own.length) : planned;
    const places = own.map(({ system, round, position, phase }) => ({ system, block, round, position, phase }));
    expect(places, `${where}, block ${block}`).toEqual(expected);
  }
  const interrupted = voids.filter(({ reason }) => reason.startsWith("interrupted"));
  expect(
    interrupted.map(({ block }) => block),
    where,
  ).toEqual(cut);
  return cut.length;
}
