import { ascending, median, quantile } from "./quantile.ts";

export interface Outliers {
  /** Beyond 3 interquartile ranges from the quartiles: Tukey 1977, Exploratory Data Analysis, ch. 2 ("far out"). */
  readonly farOut: number;
  /** |x - median| > 14.826 MAD, the raw MAD: a modified z-score of 10; Iglewicz & Hoaglin 1993, ch. 3. */
  readonly byMad: number;
}

/** Counts values to look at. They are shown, never dropped. */
export function countOutliers(values: readonly number[]): Outliers {
  if (values.length === 0) return { farOut: 0, byMad: 0 };
  const sorted = ascending(values);
  const [q1, centre, q3] = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p)) as [number, number, number];
  const fence = 3 * (q3 - q1);
  const mad = median(values.map((value) => Math.abs(value - centre)));
  return {
    farOut: values.filter((value) => value < q1 - fence || value > q3 + fence).length,
    byMad: mad === 0 ? 0 : values.filter((value) => Math.abs(value - centre) > 14.826 * mad).length,
  };
}
