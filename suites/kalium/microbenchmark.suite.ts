import { describe, expect, test } from "vitest";
import { microbenchmark } from "../../fixtures/flows/microbenchmark.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";
import { seedMysql, selectRuntimes, startFloors, startImageServer } from "../../helpers/testbed/suite/hooks.ts";

/** Figure 8, microbenchmark: one HTTPS download, nothing else. */
describe("microbenchmark", () => {
  const bed = testbed(microbenchmark);
  const databases = bed.beforeAll(seedMysql); // for variants that need a database beside every function
  const images = bed.beforeAll(startImageServer);
  const systems = bed.beforeAll(selectRuntimes);
  const floors = bed.beforeAll(startFloors);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, { databases, images, systems, floors }, context);
    expect(voidCells(record), "void cells").toEqual([]);
  });
});
