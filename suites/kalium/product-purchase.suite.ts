import { describe, expect, test } from "vitest";
import { productPurchase } from "../../fixtures/flows/product-purchase.ts";
import { voidCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";
import { seedMysql, selectRuntimes, startFloors } from "../../helpers/testbed/suite/hooks.ts";

/** Figure 8, product-purchase: authenticate, price, charge, publish. */
describe("product-purchase", () => {
  const bed = testbed(productPurchase);
  const databases = bed.beforeAll(seedMysql);
  const systems = bed.beforeAll(selectRuntimes);
  const floors = bed.beforeAll(startFloors);

  test.for(bed.titles)("%s", async (title, context) => {
    const record = await bed.measure(title, { databases, systems, floors }, context);
    expect(voidCells(record), "void cells").toEqual([]);
  });
});
