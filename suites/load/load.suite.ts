import { beforeAll, describe, expect, test } from "vitest";
import { flows } from "../../fixtures/flows/index.ts";
import { loadBed } from "../../helpers/experiments/load/bed.ts";
import { unusableLoad } from "../../helpers/experiments/load/unusable.ts";

/** Latency at given rates, and the rate up to which a latency bound is held: docs/load.md. */
describe.for(Object.entries(flows))("%s", ([, functions]) => {
  const bed = loadBed(functions);
  beforeAll(bed.seedMysql);
  beforeAll(bed.startImageServer);
  beforeAll(bed.startMailSink);
  beforeAll(bed.selectRuntimes);
  beforeAll(bed.startEmptyTarget);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, context);
    expect(unusableLoad(record)).toEqual([]);
  });
});
