/** Samples of one stage in the order of the calls, ns: an array, or a column of a log of a gigabyte. */
export interface Samples {
  readonly length: number;
  /** `undefined` outside 0 and `length - 1`. */
  readonly at: (index: number) => number | undefined;
}

/** Grows by whole chunks, so that nothing is ever copied or kept twice. */
export interface NsColumn extends Samples {
  /** `ns`: an integer from 0 to 2^53 - 1. */
  readonly push: (ns: number) => void;
}

const chunkBits = 14;
const chunkLength = 2 ** chunkBits;
const inside = chunkLength - 1;
/** Stands for a value of 4.29 s or more, which the map holds: rare, where a guarded call hangs. */
const elsewhere = 0xff_ff_ff_ff;

/** Exact, at 4 bytes per sample: ten million calls of seven stages must fit beside the program in 200 MB. */
export function createNsColumn(): NsColumn {
  const chunks: Uint32Array[] = [];
  const long = new Map<number, number>();
  let chunk = new Uint32Array(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    at(index) {
      const ns = chunks[index >>> chunkBits]?.[index & inside];
      if (index >= length) return undefined;
      return ns === elsewhere ? long.get(index) : ns;
    },
    push(ns) {
      const slot = length & inside;
      if (slot === 0) chunks.push((chunk = new Uint32Array(chunkLength)));
      if (ns >= elsewhere) long.set(length, ns);
      chunk[slot] = ns >= elsewhere ? elsewhere : ns;
      length += 1;
    },
  };
}

/** Some of the samples; `from` and `to` as for `slice`, within 0 and `length`. */
export const range = (samples: Samples, from: number, to: number): Samples => ({
  length: to - from,
  at: (index) => (index < to - from ? samples.at(from + index) : undefined),
});

/** What `valueAt` makes of each index, ascending; 4 bytes per value where that is enough. */
export function sortedBy(length: number, valueAt: (index: number) => number): Uint32Array | Float64Array {
  const small = new Uint32Array(length);
  for (let index = 0; index < length; index++) {
    const value = valueAt(index);
    small[index] = value;
    if (small[index] !== value) return Float64Array.from({ length }, (_, at) => valueAt(at)).sort();
  }
  return small.sort();
}
