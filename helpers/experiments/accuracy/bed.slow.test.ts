import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attackClasses, controlClass } from "../../../fixtures/attacks/attack.ts";
import { readResults } from "../../../reports/records/store.ts";
import { loadConfig } from "../../config/config.ts";
import { type StartedLab, startLab } from "../../testbed/run/start-lab.ts";
import { seedMysql, startImageServer, startMailSink } from "../../testbed/suite/hooks.ts";
import { accuracyBed } from "./bed.ts";
import { startCollector } from "./collector.ts";
import { attackProblems } from "./detection.ts";

/** The whole experiment at its smallest, on real functions, database, services and guards. */
let lab: StartedLab;
let folder = "";
const bed = accuracyBed(() => lab.lab);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kalium-bench-accuracy-"));
  const settings = { KALIUM_SYSTEMS: "native", KALIUM_PROFILE: "smoke", KALIUM_SEED: "7", KALIUM_RESULTS: folder };
  lab = await startLab(loadConfig(settings));
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
const databases = bed.beforeAll(seedMysql);
const images = bed.beforeAll(startImageServer);
const mail = bed.beforeAll(startMailSink);
const collector = bed.beforeAll(startCollector);
const experimentOf = bed.experiment({ databases, images, mail, collector });

test("rounds are recorded through the guards, learnt, enforced and attacked; the record holds all of it", async () => {
  const experiment = experimentOf();
  const curve = await experiment.recordRounds();
  expect(curve).toMatchObject({ trainingRounds: 2, testRounds: 2, requestsPerRound: 11 });
  expect(curve.rejected).toHaveLength(30);

  const fresh = await experiment.enforceOnFreshRequests();
  expect(fresh).toMatchObject({ rounds: 4, requests: 11, faults: 0 });

  const attacks = await experiment.attack();
  expect(attackProblems(attacks, [...attackClasses, controlClass])).toEqual([]);
  const direct = attacks.outcomes.filter(
    (each) => each.class === "function invoked directly" && each.guard === "strict",
  );
  for (const { cases, detected, prevented } of direct) expect([detected, prevented]).toEqual([cases, cases]);
  for (const { guard, detected } of attacks.outcomes) if (guard === "none") expect(detected).toBe(0);

  const { accuracy } = await readResults(lab.lab.resultsDirectory);
  expect(accuracy).toMatchObject({ curve, attacks, application: "Hello, Retail!", system: "kalium-native" });
}, 240_000);
