/** Blocks of calls with a known true ratio, for the simulations behind docs/method.md. */
import { seededRandom } from "../stats/random.ts";
import { type PairedBlock, pairedBlock } from "../stats/paired-block.ts";

export const shapes = ["log-normal", "bimodal", "autocorrelated", "bursts", "heavy tails"] as const;
export type Shape = (typeof shapes)[number];

export interface Simulation {
  readonly shape: Shape;
  /** Standard deviation of a sandbox's own effect on the logarithm of all its calls: what makes blocks differ. */
  readonly between: number;
  /** Calls per system and block. */
  readonly rounds: number;
}

export interface Simulator {
  /** Calls of one fresh sandbox whose median is about `median`. */
  readonly sandbox: (median: number) => number[];
  readonly block: (ratio: number) => PairedBlock;
  /** Calls of several systems in the same rounds of one block, by their medians; bursts hit them together. */
  readonly arms: (medians: readonly number[]) => number[][];
}

export function createSimulator({ shape, between, rounds }: Simulation, seed: number): Simulator {
  const random = seededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const calls: Readonly<Record<Shape, () => () => number>> = {
    "log-normal": () => () => 0.3 * normal(),
    // 30 % of the calls meet something slow, such as a garbage collection: more than twice as long
    bimodal: () => () => (random() < 0.3 ? 0.8 : 0) + 0.1 * normal(),
    // first-order autoregression, coefficient 0.8, stationary from the first call on
    autocorrelated: () => {
      let state = 0.3 * normal();
      return () => (state = 0.8 * state + 0.3 * Math.sqrt(1 - 0.8 ** 2) * normal());
    },
    bursts: () => () => 0.15 * normal(),
    // Student's t with 2 degrees of freedom on the logarithm: no variance at all
    "heavy tails": () => () => (0.15 * normal()) / Math.sqrt(-Math.log(1 - random())),
  };
  const sandbox = (median: number): number[] => {
    const own = Math.log(median) + between * normal();
    const next = calls[shape]();
    return Array.from({ length: rounds }, () => Math.exp(own + next()));
  };
  // Other work on the machine: in a quarter of the rounds, for all systems, each to an extent of its own.
  const burdened = (): boolean[] => Array.from({ length: rounds }, () => random() < 0.25);
  const arms = (medians: readonly number[]): number[][] => {
    if (shape !== "bursts") return medians.map(sandbox);
    const burst = burdened();
    return medians.map((each) => sandbox(each).map((ns, round) => (burst[round] ? ns * (2 + random()) : ns)));
  };
  let blocks = 0;
  const block = (ratio: number): PairedBlock => {
    const [treated = [], baseline = []] = arms([1e6 * ratio, 1e6]);
    return pairedBlock(blocks++, treated, baseline);
  };
  return { sandbox, block, arms };
}

/** Of a table that a simulation prints: columns of at least eight characters. */
export const printRow = (...texts: readonly (string | number)[]): void =>
  void process.stdout.write(
    `${texts.map((text) => String(text).padStart(Math.max(8, String(text).length))).join(" ")}\n`,
  );

export const percentChange = (count: number, of: number): string => `${((100 * count) / of).toFixed(1)} %`;
