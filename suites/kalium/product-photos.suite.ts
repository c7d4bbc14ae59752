import { beforeAll, describe, expect, test } from "vitest";
import { productPhotos } from "../../fixtures/flows/product-photos.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";

/** Figure 8, product-photos: assign a photographer, receive the picture, report it. */
describe("product-photos", () => {
  const bed = testbed(productPhotos);
  beforeAll(bed.seedMysql);
  beforeAll(bed.startImageServer);
  beforeAll(bed.startMailSink);
  beforeAll(bed.selectRuntimes);
  beforeAll(bed.startFloors);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, context);
    expect(voidCells(record)).toEqual([]);
  });
});
