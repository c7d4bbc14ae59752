import { seededRandom } from "../../../reports/stats/random.ts";

/** Seeded random choices for tests. */
export function chance(seed: number) {
  const random = seededRandom(seed);
  /** An integer from 0 to `below` - 1. */
  const integer = (below: number): number => Math.floor(random() * below);
  return {
    random,
    integer,
    pick: <T>(from: readonly T[]): T => {
      const value = from[integer(from.length)];
      if (value === undefined) throw new RangeError("nothing to pick from");
      return value;
    },
    many: <T>(count: number, make: (index: number) => T): T[] =>
      Array.from({ length: count }, (_, index) => make(index)),
  };
}

export type Chance = ReturnType<typeof chance>;

/** A small graph as JSON, with ends, self-loops, repeated ids and the odd overfull node. */
export function randomGraph({ integer, many, random }: Chance) {
  const size = 1 + integer(6);
  const target = (): number => (random() < 0.1 ? -1 : integer(size));
  return {
    ns: many(size, (index) => ({ id: random() < 0.8 ? index : integer(size), cnt: integer(4) })),
    es: many(integer(8), () => ({ "0": integer(size), "1": many(random() < 0.02 ? 21 : integer(4), target) })),
  };
}
