import { expect, test } from "vitest";
import { nowNs } from "../base/clock.ts";
import type { BlockUsage, UsageReading } from "./price.ts";
import { sumUsage } from "./price.ts";
import { createSimulatedStage, type Happenings, runSimulated } from "./simulated-stage.test-support.ts";

const startStages = { networkNs: 1e7, createNs: 2e7, runtimeNs: 3e7, programNs: 4e7, answerNs: 3e8 };

/** Counters that grow by a step with each read; `missing`: a system whose groups are gone from that read on. */
function simulatedUsage(
  happened: Happenings,
  missing?: { readonly system: string; readonly from: number },
): BlockUsage {
  let reads = 0;
  const reading = (): UsageReading => {
    happened.push("read");
    const at = reads++;
    const systems = ["gvisor", "gvisor-aa", "native"].filter((name) => name !== missing?.system || at < missing.from);
    const ofGroup = { cpuNs: 1e6 * at ** 2, workingSetBytes: 1e6 * (at + 1), peakBytes: 5e6 };
    const ofInterface = { receivedBytes: 700 * at, sentBytes: 300 * at, receivedPackets: 7 * at, sentPackets: 3 * at };
    const counters = { ...ofGroup, ...ofInterface };
    return { systems: new Map(systems.map((name) => [name, counters])), sharedCpuNs: new Map([["gateway", 2e6 * at]]) };
  };
  return {
    source: "cgroup-v1",
    systems: new Map(
      ["gvisor", "gvisor-aa", "native"].map((name) => [name, { instances: 2, startNs: 4e8, startStages }]),
    ),
    shared: new Map([["gateway", ["gvisor", "gvisor-aa", "native"]]]),
    read: reading,
  };
}

test("counters are read before all calls, around the measured ones and after a time without any, never beside a call", async () => {
  const happened: Happenings = [];
  const stage = createSimulatedStage(happened, {
    answer: () => ({ startedAtNs: nowNs(), latencyNs: 1 }),
    block: { usage: simulatedUsage(happened) },
  });
  const { blocks, samples } = await runSimulated(stage, { blocks: 1 });
  const calls = happened.map((what, at) => (what.startsWith("call") ? at : -1)).filter((at) => at >= 0);
  const reads = happened.map((what, at) => (what === "read" ? at : -1)).filter((at) => at >= 0);
  const [warmup, measured] = [3 * 4, 3 * 8]; // calls of three systems
  expect(reads.map((read) => calls.filter((call) => call < read).length)).toEqual([
    0,
    warmup,
    warmup + measured,
    warmup + measured,
  ]);
  expect(happened.indexOf("inspect")).toBeLessThan(reads[3] ?? 0);
  const { reads: recorded = [] } = blocks[0]?.price ?? {};
  expect(recorded.map(({ at }) => at)).toEqual(["started", "before", "after", "idle"]);
  for (const { startedAtNs, tookNs } of recorded) {
    const beside = samples.filter(
      (sample) => sample.startedAtNs < startedAtNs + tookNs && startedAtNs < sample.startedAtNs + sample.latencyNs,
    );
    expect(beside).toEqual([]);
  }
  const [, , after, idle] = recorded;
  expect((idle?.startedAtNs ?? 0) - (after?.startedAtNs ?? 0)).toBeGreaterThan(290e6); // timers are early by a little
});

test("a block's record has what was used between the reads, per system and of shared processes", async () => {
  const { blocks } = await runSimulated(createSimulatedStage([], { block: { usage: simulatedUsage([]) } }), {
    blocks: 1,
  });
  const { price } = blocks[0] ?? {};
  expect(price?.source).toBe("cgroup-v1");
  expect(price?.systems[0]).toEqual({
    ...{ system: "gvisor", calls: 8, instances: 2, cpuNs: 3e6, idleCpuNs: 5e6 },
    ...{ startedBytes: 1e6, afterBytes: 3e6, peakBytes: 5e6, startNs: 4e8, startStages },
    ...{ receivedBytes: 700, sentBytes: 300, receivedPackets: 7, sentPackets: 3 },
  });
  expect(price?.shared).toEqual([{ part: "gateway", calls: 24, cpuNs: 2e6 }]);
});

test("what could not be read is absent, and not 0", async () => {
  const usage = simulatedUsage([], { system: "native", from: 2 });
  const { blocks } = await runSimulated(createSimulatedStage([], { block: { usage } }), { blocks: 1 });
  const native = blocks[0]?.price?.systems.find(({ system }) => system === "native");
  expect(native).toEqual({ system: "native", calls: 8, instances: 2, startedBytes: 1e6, startNs: 4e8, startStages });
});

test("a read that lacks something is a flag of its block, with the reason", async () => {
  const counting = simulatedUsage([]);
  const refused = (): UsageReading => ({ systems: new Map(), sharedCpuNs: new Map(), problem: "not allowed" });
  const { blocks, flags = [] } = await runSimulated(
    createSimulatedStage([], { block: { usage: { ...counting, read: refused } } }),
    { blocks: 1 },
  );
  const lost = flags.filter(({ kind }) => kind === "price-lost");
  expect(lost).toEqual(Array.from({ length: 4 }, () => ({ kind: "price-lost", block: 0, detail: "not allowed" })));
  expect(blocks[0]?.price?.systems[0]).toEqual({ system: "gvisor", calls: 8, instances: 2, startNs: 4e8, startStages });
});

test("where nobody counts, a block has no price, and takes no longer", async () => {
  const { blocks } = await runSimulated(createSimulatedStage([]), { blocks: 1 });
  expect(blocks[0]).not.toHaveProperty("price");
});

test("several instances are one price; what one of them does not say, none does", () => {
  expect(
    sumUsage([
      { cpuNs: 1, workingSetBytes: 2, peakBytes: 3, sentBytes: 4, receivedBytes: 5 },
      { cpuNs: 10, workingSetBytes: 20, sentBytes: 40 },
    ]),
  ).toEqual({
    cpuNs: 11,
    workingSetBytes: 22,
    sentBytes: 44,
  });
  expect(sumUsage([{ cpuNs: 1 }, undefined])).toEqual({});
  expect(sumUsage([])).toEqual({});
});
