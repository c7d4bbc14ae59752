import { quantile } from "./quantile.ts";

export interface Outliers {
  /** Beyond 3 interquartile ranges from the quartiles: Tukey 1977, Exploratory Data Analysis, ch. 2 ("far out"). */
  readonly farOut: number;
  /** |x - median| > 14.826 MAD, the raw MAD: a modified z-score of 10; Iglewicz & Hoaglin 1993, ch. 3. */
  readonly byMad: number;
}

/** Counts values to look at. They are shown, never dropped. `sorted`: ascending. */
export function countOutliers(sorted: Float64Array): Outliers {
  if (sorted.length === 0) return { farOut: 0, byMad: 0 };
  const [q1, centre, q3] = [0.25, 0.5, 0.75].map((p) => quantile(sorted, p)) as [number, number, number];
  const fence = 3 * (q3 - q1);
  const mad = quantile(distancesFrom(centre, sorted), 0.5);
  const beyond = (low: number, high: number): number =>
    sorted.reduce((count, value) => count + (value < low || value > high ? 1 : 0), 0);
  return {
    farOut: beyond(q1 - fence, q3 + fence),
    byMad: mad === 0 ? 0 : beyond(centre - 14.826 * mad, centre + 14.826 * mad),
  };
}

/** Ascending, without sorting again: of those below and those above, each in order, the nearer one is next. */
function distancesFrom(centre: number, sorted: Float64Array): Float64Array {
  const distances = new Float64Array(sorted.length);
  let above = sorted.findIndex((value) => value >= centre);
  let below = above - 1;
  for (let place = 0; place < sorted.length; place++) {
    const down = below < 0 ? Infinity : centre - (sorted[below] ?? NaN);
    const up = above >= sorted.length ? Infinity : (sorted[above] ?? NaN) - centre;
    distances[place] = Math.min(down, up);
    if (down <= up) below--;
    else above++;
  }
  return distances;
}
