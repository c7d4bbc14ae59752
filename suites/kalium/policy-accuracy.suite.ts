import { describe, expect, inject, test } from "vitest";
import { attackClasses, controlClass } from "../../fixtures/attacks/attack.ts";
import { accuracyBed } from "../../helpers/experiments/accuracy/bed.ts";
import { thinWorkload } from "../../helpers/experiments/accuracy/curve.ts";
import { attackProblems } from "../../helpers/experiments/accuracy/detection.ts";
import { startCollector } from "../../helpers/experiments/accuracy/collector.ts";
import { seedMysql, startImageServer, startMailSink } from "../../helpers/testbed/suite/hooks.ts";

/** Figure 7: what learnt policies reject although it is right, and what of attacks on live functions they stop. */
const left = inject("accuracyLeftOut");

describe.skipIf(left !== undefined)(`policy accuracy${left === undefined ? "" : ` (${left})`}`, () => {
  const bed = accuracyBed();
  const databases = bed.beforeAll(seedMysql);
  const images = bed.beforeAll(startImageServer);
  const mail = bed.beforeAll(startMailSink);
  const collector = bed.beforeAll(startCollector);
  const experiment = bed.experiment({ databases, images, mail, collector });

  test("false positives fall with the rounds of traces that teach the policy", async ({ task }) => {
    const curve = await experiment().recordRounds();
    await bed.hand(task);
    expect(thinWorkload(curve)).toBeUndefined();
  });

  test("the learnt policy, enforced on fresh requests to the live functions", async ({ task }) => {
    const { faults } = await experiment().enforceOnFreshRequests();
    await bed.hand(task);
    expect(faults).toBe(0);
  });

  test("attacks on live functions, unguarded and under both semantics", async ({ task }) => {
    const attacks = await experiment().attack();
    await bed.hand(task);
    expect(attackProblems(attacks, [...attackClasses, controlClass])).toEqual([]);
  });
});
