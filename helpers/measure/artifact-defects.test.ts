/** Defects of the artifact's request loops that our plan and loop could have, too. Ids: docs/method.md. */
import { expect, test } from "vitest";
import type { Sample } from "../../reports/records/record.ts";
import { plannedCalls, plannedRounds } from "./plan.ts";
import { runCalls } from "./run-calls.ts";
import { createSimulatedStage, type Happenings, runSimulated, simulatedPlan } from "./simulated-stage.test-support.ts";

const measured = (samples: readonly Sample[]) => samples.filter(({ phase }) => phase === "measured");

test("D-B4: the pause is before a round, so that no system is paced in another way than the next", async () => {
  const events: string[] = [];
  const calls = plannedRounds(simulatedPlan, 0, { kind: "measured", count: 5 });
  await runCalls({
    label: "f",
    calls,
    beforeRound: () => Promise.resolve(void events.push("pause")),
    invoke: (call) => {
      events.push("call");
      return Promise.resolve({ ...call, startedAtNs: 0, latencyNs: 1, status: 200, outcome: "ok" });
    },
    onSample: () => undefined,
    signal: new AbortController().signal,
  });
  expect(events).toEqual(Array.from({ length: 5 }, () => ["pause", "call", "call", "call"]).flat());
});

test("D-B8: no measured call is the first of its sandbox, and the first is recorded as cold", async () => {
  const { samples } = await runSimulated(createSimulatedStage([]));
  for (const system of simulatedPlan.systems) {
    for (const block of [0, 1, 2]) {
      const phases = samples.filter((one) => one.system === system && one.block === block).map(({ phase }) => phase);
      expect(phases).toEqual(["cold", ...Array<string>(3).fill("warmup"), ...Array<string>(8).fill("measured")]);
    }
  }
});

test("D-B9: systems alternate call by call in changing order, and every block deploys them again", async () => {
  const happened: Happenings = [];
  const { samples } = await runSimulated(createSimulatedStage(happened));
  expect(happened.filter((what) => what.startsWith("open"))).toHaveLength(simulatedPlan.blocks);
  const rounds = Map.groupBy(measured(samples), ({ block, round }) => `${block}/${round}`);
  expect([...rounds.values()].every((calls) => new Set(calls.map(({ system }) => system)).size === 3)).toBe(true);
  const orders = new Set([...rounds.values()].map((calls) => calls.map(({ system }) => system).join()));
  expect(orders.size).toBeGreaterThan(3); // of six; 24 rounds
  expect(samples.map(({ startedAtNs }) => startedAtNs)).toEqual(
    samples.map(({ startedAtNs }) => startedAtNs).toSorted((a, b) => a - b),
  );
});

test("D-B11: what ran where is part of the record: a proof per instance, of every block", async () => {
  const proof = {
    system: "native",
    block: 0,
    function: "product-photos-1-assign",
    instance: "kb-1",
    runtime: "native",
    version: "v24",
    sha256: "00",
    network: "loopback",
    hostArgv: [],
    hostKernelAddresses: [],
    procVersion: "",
    procCmdline: "",
    dmesg: "",
    nodeVersion: "v24",
    startNs: 1,
  };
  const { proofs } = await runSimulated(createSimulatedStage([], { block: { proofs: [proof] } }));
  expect(proofs).toEqual([proof, proof, proof]);
});

test("D-C9: the first failure leaves nothing deployed", async () => {
  const happened: Happenings = [];
  const broken = createSimulatedStage(happened, {
    answer: ({ phase }) => {
      if (phase === "measured") throw new Error("no socket left");
      return {};
    },
  });
  await expect(runSimulated(broken)).rejects.toThrow("no socket left");
  expect(happened.at(-1)).toBe("remove 0");
});

test("an order that was drawn is the order that is called", async () => {
  const { samples } = await runSimulated(createSimulatedStage([]), { blocks: 1 });
  const planned = plannedCalls({ ...simulatedPlan, blocks: 1 }, 0);
  expect(samples.map(({ system }) => system)).toEqual(planned.map(({ system }) => system));
});
