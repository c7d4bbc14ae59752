import { type Judgement, settled } from "./verdict.ts";

/** An estimate that happens to be large today needs more blocks tomorrow: some are added to what it asks for. */
const margin = 1.25;

/**
 * Further blocks of a function, so that its comparisons can be settled; all of them are measured before the
 * next look. `undefined`: it has nothing that blocks would settle.
 */
export function furtherBlocks(judgements: readonly Judgement[]): number | undefined {
  const wanted = judgements.flatMap((judgement) => (settled(judgement) ? [] : (judgement.moreBlocks ?? [])));
  return wanted.length === 0 ? undefined : Math.ceil(margin * Math.max(...wanted));
}
