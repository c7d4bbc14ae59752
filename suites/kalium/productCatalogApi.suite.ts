import { beforeAll, describe, expect, test } from "vitest";
import { productCatalog } from "../../fixtures/flows/product-catalog.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";

/** Figure 8, productCatalogApi: read and build the product catalog. */
describe("productCatalogApi", () => {
  const bed = testbed(productCatalog);
  beforeAll(bed.seedMysql);
  beforeAll(bed.selectRuntimes);
  beforeAll(bed.startFloors);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, context);
    expect(voidCells(record)).toEqual([]);
  });
});
