import { beforeAll, describe, expect, test } from "vitest";
import { productPurchase } from "../../fixtures/flows/product-purchase.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";

/** Figure 8, product-purchase: authenticate, price, charge, publish. */
describe("product-purchase", () => {
  const bed = testbed(productPurchase);
  beforeAll(bed.seedMysql);
  beforeAll(bed.selectRuntimes);
  beforeAll(bed.startFloors);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, context);
    expect(voidCells(record)).toEqual([]);
  });
});
