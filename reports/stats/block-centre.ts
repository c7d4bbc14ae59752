import { centreOf, hodgesLehmann, type Location, varianceOf } from "./hodges-lehmann.ts";

/** The same calls against the baseline's second arm. */
export interface SecondArm {
  /** ln(treated / second arm) of each round that has a call of both. */
  readonly logRatios: readonly number[];
  /** ln(treated / geometric mean of both arms) of each round that has all three. */
  readonly ofBoth: readonly number[];
}

/**
 * A block's log ratio. Where the baseline was measured twice, the mean of the centres to both of its arms: each estimates the
 * same, and together they have half of the baseline's noise. (The centre of `ofBoth` would be another quantity where the
 * baseline has two modes; its rounds only say how exact the mean is.)
 */
export function blockCentre(logRatios: readonly number[], second?: SecondArm): Location {
  if (second === undefined || second.logRatios.length === 0) return hodgesLehmann(logRatios);
  return {
    centre: (centreOf(logRatios) + centreOf(second.logRatios)) / 2,
    variance: varianceOf(second.ofBoth.length === 0 ? logRatios : second.ofBoth),
  };
}

/** What `blockCentre` needs of calls by round, ns. */
export function secondArm(
  treatedNs: ReadonlyMap<number, number>,
  firstNs: ReadonlyMap<number, number>,
  secondNs: ReadonlyMap<number, number>,
): SecondArm {
  const logRatios: number[] = [];
  const ofBoth: number[] = [];
  for (const [round, ns] of treatedNs) {
    const [one, other] = [firstNs.get(round), secondNs.get(round)];
    if (other === undefined) continue;
    logRatios.push(Math.log(ns / other));
    if (one !== undefined) ofBoth.push(Math.log(ns / Math.sqrt(one * other)));
  }
  return { logRatios, ofBoth };
}
