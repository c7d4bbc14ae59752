import { beforeAll, describe, expect, test } from "vitest";
import { microbenchmark } from "../../fixtures/flows/microbenchmark.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";

/** Figure 8, microbenchmark: one HTTPS download, nothing else. */
describe("microbenchmark", () => {
  const bed = testbed(microbenchmark);
  beforeAll(bed.seedMysql); // for variants that need a database beside every function
  beforeAll(bed.startImageServer);
  beforeAll(bed.selectRuntimes);
  beforeAll(bed.startFloors);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, context);
    expect(voidCells(record)).toEqual([]);
  });
});
