import { expect, expectTypeOf, test } from "vitest";
import { flows } from "../../../fixtures/flows/index.ts";
import type { microbenchmark } from "../../../fixtures/flows/microbenchmark.ts";
import type { productCatalog } from "../../../fixtures/flows/product-catalog.ts";
import type { productPhotos } from "../../../fixtures/flows/product-photos.ts";
import type { productPurchase } from "../../../fixtures/flows/product-purchase.ts";
import type { AccuracyBed } from "../../experiments/accuracy/bed.ts";
import type { Testbed } from "../../experiments/latency/testbed.ts";
import type { LoadBed } from "../../experiments/load/bed.ts";
import type { Dependency, MeasuredFunction } from "../../contracts/application.ts";

/** `tsc` is what fails here: a suite whose hooks create too little for its functions does not compile. */
type NeedsOf<Functions> = Functions extends readonly MeasuredFunction<infer Need>[] ? Need : never;
type Required<Hooks> = { [Name in keyof Hooks]-?: undefined extends Hooks[Name] ? never : Name }[keyof Hooks];
type HooksOf<Need extends Dependency> = Required<Parameters<Testbed<Need>["measure"]>[1]>;
type LoadHooksOf<Need extends Dependency> = Required<Parameters<LoadBed<Need>["measure"]>[1]>;

test("each flow says by its functions what hooks must create, and measuring takes nothing less", () => {
  expectTypeOf<HooksOf<NeedsOf<typeof microbenchmark>>>().toEqualTypeOf<
    "databases" | "images" | "systems" | "floors"
  >();
  expectTypeOf<HooksOf<NeedsOf<typeof productPhotos>>>().toEqualTypeOf<
    "databases" | "images" | "mail" | "systems" | "floors"
  >();
  expectTypeOf<HooksOf<NeedsOf<typeof productPurchase>>>().toEqualTypeOf<"databases" | "systems" | "floors">();
  expectTypeOf<HooksOf<NeedsOf<typeof productCatalog>>>().toEqualTypeOf<"databases" | "systems" | "floors">();
  expectTypeOf<LoadHooksOf<Dependency>>().toEqualTypeOf<"databases" | "images" | "mail" | "systems" | "emptyTarget">();
  expectTypeOf<keyof Parameters<AccuracyBed["experiment"]>[0]>().toEqualTypeOf<
    "databases" | "images" | "mail" | "collector"
  >();
});

test("what the types say of a flow's needs is what its functions need", () => {
  const needsOf = (functions: readonly MeasuredFunction[]) =>
    [...new Set(functions.flatMap(({ needs }) => needs))].sort();
  expect(Object.entries(flows).map(([flow, functions]) => [flow, needsOf(functions)])).toEqual([
    ["microbenchmark", ["image-server"]],
    ["product-photos", ["image-server", "mysql", "smtp-sink"]],
    ["product-purchase", ["mysql"]],
    ["productCatalogApi", ["mysql"]],
  ]);
});
