/** What the artifact calls the 17 functions in the names of its result files. */
import { figureFunctions, type FigureFunction } from "../figures/figure-order.ts";

interface Naming {
  readonly key: string;
  readonly flow: string;
}

const photos = (key: string): Naming => ({ key, flow: "product-photos" });
const purchase = (key: string): Naming => ({ key, flow: "product-purchase" });
const catalog = (key: string): Naming => ({ key, flow: "productCatalogApi" });

const namings: Readonly<Record<string, Naming>> = {
  microbenchmark: { key: "microbench", flow: "microbenchmark" },
  "product-photos-receive": photos("receive"),
  "product-master-photos": photos("masterPhotos"),
  "product-master-request": photos("masterReceive"),
  "product-photos-assign": photos("assign"),
  "product-photos-message": photos("message"),
  "product-photos-record": photos("record"),
  "product-photos-success": photos("success"),
  "product-photos-report": photos("report"),
  "product-purchase-authenticate": purchase("authenticate"),
  "product-purchase-getprice": purchase("getPrice"),
  "product-purchase-authorize-cc": purchase("authorize-cc"),
  "product-purchase-publish": purchase("publish"),
  "product-catalog-api-categories": catalog("api_categories"),
  "product-catalog-api-products": catalog("api_products"),
  "product-catalog-builder-image": catalog("builder_photo"),
  "product-catalog-builder-product": catalog("builder_product"),
};

export interface KeyedFunction extends FigureFunction, Naming {}

/** In the order of the figure. */
export const keyedFunctions: readonly KeyedFunction[] = figureFunctions.flatMap((named) => {
  const naming = namings[named.label];
  return naming === undefined ? [] : [{ ...named, ...naming }];
});

/** Other spellings, from the timings that were left in the artifact's tree. */
const otherSpellings: Readonly<Record<string, string>> = { authorize: "authorize-cc", getprice: "getPrice" };

export const functionOfKey = (key: string): KeyedFunction | undefined =>
  keyedFunctions.find((named) => named.key === (otherSpellings[key] ?? key));
