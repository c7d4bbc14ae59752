import { expect, test } from "vitest";
import { syntheticRecord } from "../../../reports/testing/synthetic.ts";
import type { System } from "../../contracts/system.ts";
import type { VerdictLogLine } from "../../kalium/proxy/verdict-log.ts";
import { stagesOf } from "./stages.ts";

const system: System = { name: "kalium", variant: "vanilla", runtime: "gvisor", guard: "embedded" };
const drawn = syntheticRecord({ label: "product-photos-assign", blocks: 2, rounds: 4, ratios: { kalium: 1.1 } });
const record = { ...drawn, proofs: drawn.proofs.map((proof) => ({ ...proof, function: "product-photos-1-assign" })) };

const verdict = (
  id: number,
  event: string,
  localGuardNs: number,
  instanceId = "kalium-product-photos-1-assign",
): VerdictLogLine =>
  ({
    kind: "verdict",
    instanceId,
    connection: 1,
    id,
    event,
    eventConstructionNs: 5,
    localGuardNs,
    controllerNs: 7,
    checkTotalNs: 30,
  }) as VerdictLogLine;
const timings = (id: number, checkTotalNs: number, instanceId = "kalium-product-photos-1-assign"): VerdictLogLine => ({
  kind: "hook-timings",
  instanceId,
  connection: 1,
  id,
  eventConstructionNs: 10,
  checkTotalNs,
  syscallTotalNs: checkTotalNs + 100,
});

test("a held write has the hook's and the proxy's durations, in order", () => {
  const lines = [verdict(1, "GETE", 1), verdict(2, "SEND", 2), verdict(3, "SEND", 3), timings(2, 50), timings(3, 60)];
  const stages = stagesOf(lines, system, record);
  expect(stages).toMatchObject({ source: "embedded-guard", system: "kalium", name: "product-photos-assign.kalium" });
  expect(stages?.calls.write).toEqual({
    eventConstruction: [10, 10],
    controller: [7, 7],
    localGuard: [2, 3],
    checkTotal: [50, 60],
    syscallTotal: [150, 160],
  });
});

test("verdicts that came with their calls are a series of their own, also where nothing is sent", () => {
  const stages = stagesOf([verdict(-1, "GETE", 4), verdict(1, "GETE", 5), verdict(-2, "GETE", 6)], system, record);
  expect(stages?.calls).toEqual({
    invocation: { eventConstruction: [5, 5], controller: [7, 7], localGuard: [4, 6], checkTotal: [30, 30] },
  });
});

test("verdicts on invocations are counted by how the function got them; a foreseen decision kept nobody waiting", () => {
  const foreseen: VerdictLogLine = { ...verdict(-2, "GETE", 6), foreseen: true } as VerdictLogLine;
  const asked = [verdict(1, "GETE", 5), verdict(2, "GETE", 5)];
  const stages = stagesOf([verdict(-1, "GETE", 4), foreseen, ...asked, verdict(-3, "GETE", 8)], system, record);
  expect(stages?.invocationVerdicts).toEqual({ foreseen: 1, decided: 2, asked: 2 });
  expect(stages?.calls.invocation?.localGuard).toEqual([4, 0, 8]);
});

test("an instance of the next block, whose ids start again, keeps its own durations", () => {
  const block = (localGuardNs: number): VerdictLogLine[] => [
    verdict(1, "SEND", localGuardNs),
    timings(1, localGuardNs * 10),
  ];
  const write = stagesOf([...block(2), ...block(4)], system, record)?.calls.write;
  expect([write?.localGuard, write?.checkTotal]).toEqual([
    [2, 4],
    [20, 40],
  ]);
});

test("a write without durations is left out and counted", () => {
  const stages = stagesOf([verdict(1, "SEND", 2), timings(1, 50), verdict(2, "SEND", 3)], system, record);
  expect(stages?.calls.write?.checkTotal).toEqual([50]);
  expect(stages?.notes?.join(" ")).toContain("1 writes are missing because their durations came too late");
});

test("other systems' instances are not its own; without any there is no record", () => {
  const other = "kalium-native-product-photos-1-assign";
  expect(
    stagesOf(
      [verdict(1, "SEND", 2, "gvisor-product-photos-1-assign"), timings(1, 5, "gvisor-product-photos-1-assign")],
      system,
      record,
    ),
  ).toBe(undefined);
  expect(stagesOf([verdict(1, "SEND", 2, other), timings(1, 5, other)], system, record)).toBe(undefined);
});
