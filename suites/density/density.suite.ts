import { describe, expect, test } from "vitest";
import { flows } from "../../fixtures/flows/index.ts";
import { densityBed } from "../../helpers/experiments/density/bed.ts";
import { applicationOfRun } from "../../helpers/experiments/latency/application-of-run.ts";
import { seedMysql, selectRuntimes, startImageServer, startMailSink } from "../../helpers/testbed/suite/hooks.ts";
import { installSecrets, startStubs } from "../../helpers/testbed/suite/user-hooks.ts";

/** Memory and start of the n-th idle instance: docs/density.md. */
const application = process.env["KALIUM_APP"] ? await applicationOfRun() : undefined;
const subjects = application ? { [application.record.name]: application.measured } : flows;

describe.for(Object.entries(subjects))("%s", ([, functions]) => {
  const bed = densityBed(functions, application);
  const databases = bed.beforeAll(seedMysql);
  const images = bed.beforeAll(startImageServer);
  const mail = bed.beforeAll(startMailSink);
  const systems = bed.beforeAll(selectRuntimes);
  const ofUser = application && {
    stubs: bed.beforeAll(startStubs(application)),
    secrets: bed.beforeAll(installSecrets(application)),
  };

  test.for(bed.titles)("%s", async (title, context) => {
    const hooks = { databases, images, mail, systems, ...(ofUser && { stubs: ofUser.stubs }) };
    const { voids, series } = await bed.measure(title, hooks, context);
    expect(voids).toEqual([]);
    expect(series.length).toBeGreaterThan(0);
  });
});
