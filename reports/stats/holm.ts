/**
 * p values adjusted for the number of comparisons, in the order given: Holm 1979, "A Simple Sequentially Rejective
 * Multiple Test Procedure", Scandinavian Journal of Statistics 6(2). Equals R's p.adjust(p, "holm").
 */
export function holmAdjust(pValues: readonly number[]): readonly number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
