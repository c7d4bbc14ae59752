import type { Interval } from "./interval.ts";

/** Standard normal quantile of 0.975. */
const z = 1.959963984540054;

/**
 * 95 % score interval of a proportion, 0 to 1: Wilson 1927, "Probable inference, the law of succession, and statistical
 * inference", JASA 22(158). Sound near 0 and 1, where the usual one is not. `count` of `trials`, at least one trial.
 */
export function wilsonInterval(count: number, trials: number): Interval {
  if (!(trials > 0 && count >= 0 && count <= trials)) throw new RangeError(`${count} of ${trials} is not a proportion`);
  const share = count / trials;
  const spread = z * Math.sqrt(share * (1 - share) * trials + z ** 2 / 4);
  const [low, high] = [-1, 1].map((side) => (count + z ** 2 / 2 + side * spread) / (trials + z ** 2));
  return { low: Math.max(0, low ?? 0), high: Math.min(1, high ?? 1) };
}
