/**
 * The values behind the paper's Figure 8 (USENIX Security '23), as the artifact's files spell them:
 * `graphs/figure/data/{seclats,valvelats,trapezelats}_trimmed.csv`, the same on both of its branches. Each is the mean
 * of about 20 calls divided by the mean of vanilla's on stock gVisor; none has an interval.
 */
export const publishedSeries = ["kalium", "valve", "trapeze"] as const;
export type PublishedSeries = (typeof publishedSeries)[number];

/** As the paper's legend has them: what we measure beside them has titles of its own. */
export const seriesTitles: Readonly<Record<PublishedSeries, string>> = {
  kalium: "Kalium",
  valve: "Valve",
  trapeze: "Trapeze",
};

const cells = (kalium: string, valve: string, trapeze: string) => ({ kalium, valve, trapeze });

/** By the function's label, in the order of the figure. */
export const publishedFigure8: Readonly<Record<string, Readonly<Record<PublishedSeries, string>>>> = {
  microbenchmark: cells("1.53", "5.00", "3.03"),
  "product-photos-receive": cells("1.33", "2.47", "4.38"),
  "product-master-photos": cells("1,06", "2.68", "4.05"),
  "product-master-request": cells("1.11", "2.66", "2.37"),
  "product-photos-assign": cells("1.02", "1.43", "2.85"),
  "product-photos-message": cells("1.71", "1.42", "5.0"),
  "product-photos-record": cells("1.08", "1.125", "1.45"),
  "product-photos-success": cells("0.92", "0.92", "3.61"),
  "product-photos-report": cells("1.03", "1", "3.98"),
  "product-purchase-authenticate": cells("1.025", "1.025", "2.025"),
  "product-purchase-getprice": cells("1.52", "1.52", "2.89"),
  "product-purchase-authorize-cc": cells("1.16", "1.16", "2.08"),
  "product-purchase-publish": cells("1.06", "1.06", "4.27"),
  "product-catalog-api-categories": cells("1.02", "1.02", "5.0"),
  "product-catalog-api-products": cells("1.02", "1", "5.0"),
  "product-catalog-builder-image": cells("1.19", "0.98", "1.22"),
  "product-catalog-builder-product": cells("1.02", "0.916", "1.31"),
};
