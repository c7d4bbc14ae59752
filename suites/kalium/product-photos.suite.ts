import { describe, expect, test } from "vitest";
import { productPhotos } from "../../fixtures/flows/product-photos.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";
import {
  seedMysql,
  selectRuntimes,
  startFloors,
  startImageServer,
  startMailSink,
} from "../../helpers/testbed/suite/hooks.ts";

/** Figure 8, product-photos: assign a photographer, receive the picture, report it. */
describe("product-photos", () => {
  const bed = testbed(productPhotos);
  const databases = bed.beforeAll(seedMysql);
  const images = bed.beforeAll(startImageServer);
  const mail = bed.beforeAll(startMailSink);
  const systems = bed.beforeAll(selectRuntimes);
  const floors = bed.beforeAll(startFloors);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, { databases, images, mail, systems, floors }, context);
    expect(voidCells(record), "void cells").toEqual([]);
  });
});
