import { createHash } from "node:crypto";
import type { LoadPlan } from "../../../reports/records/load-record.ts";
import { seededRandom } from "../../../reports/stats/random.ts";

export interface Arrivals extends Pick<LoadPlan, "arrivals" | "windowMs" | "seed"> {
  readonly ratePerS: number;
  /** What else the draw depends on, such as function and block: equal for all systems, which see the same arrivals. */
  readonly place: string;
}

/**
 * When the calls of a step are due, ns from its start, ascending; made before the first is sent. `poisson`: as many
 * uniform times as the rate asks for, which is a Poisson process given its count, so the offered rate is exact.
 */
export function arrivalsNs({ arrivals, windowMs, ratePerS, seed, place }: Arrivals): readonly number[] {
  const count = Math.max(1, Math.round((ratePerS * windowMs) / 1e3));
  const windowNs = windowMs * 1e6;
  if (arrivals === "constant") return Array.from({ length: count }, (_, at) => Math.round((at * windowNs) / count));
  const digest = createHash("sha256").update(`${seed}/${place}/${ratePerS}`).digest();
  const random = seededRandom(digest.readInt32BE());
  return Array.from({ length: count }, () => Math.floor(random() * windowNs)).toSorted((a, b) => a - b);
}
