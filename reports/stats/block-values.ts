import { type PlainRatio, ratioOfPairs } from "./ratio.ts";

/**
 * Of two systems that have one value a block: of the blocks that both have. A value of 0 or less, as of a sandbox that
 * rests, has no logarithm: then there is no ratio, rather than one of the other blocks.
 */
export function ratioOfBlockValues(
  treated: ReadonlyMap<number, number>,
  baseline: ReadonlyMap<number, number>,
): PlainRatio | undefined {
  if ([...treated.values(), ...baseline.values()].some((value) => value <= 0)) return undefined;
  const pairs = [...treated].flatMap(([block, own]) => {
    const other = baseline.get(block);
    return other === undefined
      ? []
      : [{ block, treatedNs: [own], baselineNs: [other], logRatios: [Math.log(own / other)] }];
  });
  return ratioOfPairs(pairs, { seed: 0, resamples: 0 });
}
