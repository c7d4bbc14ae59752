import { describe, expect, test } from "vitest";
import { flows } from "../../fixtures/flows/index.ts";
import { applicationOfRun } from "../../helpers/experiments/latency/application-of-run.ts";
import { whyBed } from "../../helpers/experiments/why/bed.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import {
  seedMysql,
  selectRuntimes,
  startFloors,
  startImageServer,
  startMailSink,
} from "../../helpers/testbed/suite/hooks.ts";
import { installSecrets, startStubs } from "../../helpers/testbed/suite/user-hooks.ts";

/** Why a function is slower: its latency, the system calls of an invocation, and what each of these takes. docs/why.md */
const application = process.env["KALIUM_APP"] ? await applicationOfRun() : undefined;
const subjects = application ? { [application.record.name]: application.measured } : flows;

describe.for(Object.entries(subjects))("%s", ([, functions]) => {
  const bed = whyBed(functions, application);
  const databases = bed.beforeAll(seedMysql);
  const images = bed.beforeAll(startImageServer);
  const mail = bed.beforeAll(startMailSink);
  const systems = bed.beforeAll(selectRuntimes);
  const floors = bed.beforeAll(startFloors);
  const ofUser = application && {
    stubs: bed.beforeAll(startStubs(application)),
    secrets: bed.beforeAll(installSecrets(application)),
  };

  test.for(bed.titles)("%s", async (title, context) => {
    const hooks = { databases, images, mail, systems, floors, ...(ofUser && { stubs: ofUser.stubs }) };
    const { latency, counts } = await bed.explain(title, hooks, context);
    expect(voidCells(latency), "void cells").toEqual([]);
    expect(counts.calls.length).toBeGreaterThan(0);
  });
});
