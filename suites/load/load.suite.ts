import { describe, expect, test } from "vitest";
import { flows } from "../../fixtures/flows/index.ts";
import { loadBed } from "../../helpers/experiments/load/bed.ts";
import { unusableLoad } from "../../helpers/experiments/load/unusable.ts";
import { startEmptyTarget } from "../../helpers/experiments/load/empty-target.ts";
import { seedMysql, selectRuntimes, startImageServer, startMailSink } from "../../helpers/testbed/suite/hooks.ts";

/** Latency at given rates, and the rate up to which a latency bound is held: docs/load.md. */
describe.for(Object.entries(flows))("%s", ([, functions]) => {
  const bed = loadBed(functions);
  const databases = bed.beforeAll(seedMysql);
  const images = bed.beforeAll(startImageServer);
  const mail = bed.beforeAll(startMailSink);
  const systems = bed.beforeAll(selectRuntimes);
  const emptyTarget = bed.beforeAll(startEmptyTarget);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, { databases, images, mail, systems, emptyTarget }, context);
    expect(unusableLoad(record), "systems without a valid step").toEqual([]);
  });
});
