import { describe, expect, inject, test } from "vitest";
import { productPurchase } from "../../fixtures/flows/product-purchase.ts";
import { loadBed } from "../../helpers/experiments/load/bed.ts";
import { startEmptyTarget } from "../../helpers/experiments/load/empty-target.ts";
import { seedMysql, selectRuntimes } from "../../helpers/testbed/suite/hooks.ts";

/** The load generator through the real gateway, on two instances at once: a second per system, no statistics. */
const missing = inject("labMissing");

describe.skipIf(missing !== undefined)(`load${missing === undefined ? "" : ` (${missing})`}`, () => {
  const bed = loadBed(productPurchase.filter(({ label }) => label === "product-purchase-authorize-cc"));
  const databases = bed.beforeAll(seedMysql);
  const systems = bed.beforeAll(selectRuntimes);
  const emptyTarget = bed.beforeAll(startEmptyTarget);

  test.for(bed.titles)("%s", async (title, context) => {
    const names = systems().map(({ name }) => name);
    const { samples, steps, plan, proofs, voids } = await bed.measure(
      title,
      { databases, systems, emptyTarget },
      context,
    );
    expect(voids).toEqual([]);
    for (const system of ["client", ...names]) {
      const calls = samples.filter((call) => call.system === system && call.phase === "measured");
      expect(calls.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
      expect(calls.map(({ index }) => index).sort((a, b) => a - b)).toEqual([...calls.keys()]);
      expect(steps.filter((step) => step.system === system).map(({ ratePerS }) => ratePerS)).toEqual(plan.ratesPerS);
    }
    for (const system of names) expect(proofs.filter((of) => of.system === system)).toHaveLength(2);
  });
});
