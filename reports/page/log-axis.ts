/** A logarithmic axis of durations with few ticks: powers of ten, and 2 and 5 times them. Pure. */
export interface LogAxis {
  /** Place of a duration; nothing is left of the first or right of the last. */
  readonly at: (ns: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const mostTicks = 6;

/** Powers of ten, and as many of their multiples as there is room for; where these are too few, a round step. */
export function fewTicks([low, high]: readonly [number, number], most = mostTicks): readonly number[] {
  const powers = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)));
  const within = (factors: readonly number[]): readonly number[] =>
    powers
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((value) => value >= low && value <= high);
  const few = [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]].map(within).find(({ length }) => length <= most);
  if (few === undefined) return within([1]).filter((_, at) => at % Math.ceil(within([1]).length / most) === 0);
  return few.length < 3 ? evenTicks(low, high, most) : few;
}

/** Where a range is too short for multiples of powers: a round step. */
function evenTicks(low: number, high: number, most: number): readonly number[] {
  const least = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= least) ?? 10 * power;
  return range(Math.ceil(low / step), Math.floor(high / step)).map((count) => Number((count * step).toPrecision(12)));
}

export function logAxis(
  values: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): LogAxis {
  const known = values.filter((ns) => ns > 0);
  const low = known.reduce((least, ns) => Math.min(least, ns), Infinity);
  const high = known.reduce((most, ns) => Math.max(most, ns), 0);
  const [start, end] = high === 0 ? [1e6, 1e7] : [low / 1.1, high * 1.1];
  const at = (ns: number): number =>
    from + ((Math.log(Math.max(ns, start)) - Math.log(start)) / (Math.log(end) - Math.log(start))) * (to - from);
  return { at, ticks: fewTicks([start, end]).map((ns) => ({ at: at(ns), text: tickText(ns) })) };
}

const tickText = (ns: number): string => String(Number((ns / 1e6).toPrecision(1)));

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
