import { describe, expect, test } from "vitest";
import { applicationOfRun } from "../../helpers/experiments/latency/application-of-run.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import {
  seedMysql,
  selectRuntimes,
  startFloors,
  startImageServer,
  startMailSink,
} from "../../helpers/testbed/suite/hooks.ts";
import { installSecrets, startStubs } from "../../helpers/testbed/suite/user-hooks.ts";

/** The measured calls of an application of yours: the file in KALIUM_APP, docs/your-own.md. */
const application = await applicationOfRun();
const { services, record, measured } = application;

describe(record.name, () => {
  const bed = testbed(measured, application);
  const databases = bed.beforeAll(seedMysql);
  const images = services["image-server"] === undefined ? undefined : bed.beforeAll(startImageServer);
  const mail = services["mail-sink"] === undefined ? undefined : bed.beforeAll(startMailSink);
  const stubs = services.http === undefined ? undefined : bed.beforeAll(startStubs(application));
  const systems = bed.beforeAll(selectRuntimes);
  const floors = bed.beforeAll(startFloors);
  bed.beforeAll(installSecrets(application));
  const started = { ...(images && { images }), ...(mail && { mail }), ...(stubs && { stubs }) };

  test.for(bed.titles)("%s", async (title, context) => {
    const latency = await bed.measure(title, { databases, systems, floors, ...started }, context);
    expect(voidCells(latency), "void cells").toEqual([]);
  });
});
