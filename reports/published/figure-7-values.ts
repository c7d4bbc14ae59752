/**
 * The values behind the paper's Figure 7 (USENIX Security '23), as the artifact's file has them:
 * `graphs/figure/data/graph_error_conv.csv`, of 1 to 1000 rounds of traces, how many of 1000 test traces the learnt
 * policy rejects. The artifact has no learner, no traces and no definition of a round, and each curve is one draw.
 */
export interface PublishedCurve {
  /** Column of the file. */
  readonly column: string;
  /** In the figure's legend. */
  readonly title: string;
  /** From this many rounds on, so many are rejected, until the next step. */
  readonly steps: readonly (readonly [rounds: number, rejected: number])[];
}

export const publishedTestTraces = 1000;
export const publishedRounds = 1000;

/** In the order of the file. */
export const publishedFigure7: readonly PublishedCurve[] = [
  {
    column: "hello",
    title: "HelloRetail",
    steps: [
      [1, 616],
      [2, 114],
      [3, 54],
      [25, 44],
      [26, 33],
      [48, 31],
      [60, 24],
      [94, 4],
      [266, 3],
      [397, 2],
      [584, 0],
    ],
  },
  {
    column: "code",
    title: "CodePipeline",
    steps: [
      [1, 200],
      [8, 0],
    ],
  },
  {
    column: "map",
    title: "MapReduce",
    steps: [
      [1, 34],
      [2, 196],
      [189, 84],
      [204, 83],
      [218, 77],
      [221, 69],
      [247, 53],
      [250, 52],
      [255, 49],
      [264, 20],
      [325, 16],
      [424, 14],
      [460, 12],
      [464, 0],
    ],
  },
  { column: "aws-text", title: "AWS-Text", steps: [[1, 0]] },
  { column: "smsbot", title: "SMSBot", steps: [[1, 0]] },
  { column: "twilio", title: "TwilioTransc", steps: [[1, 0]] },
  {
    column: "weather",
    title: "Weather",
    steps: [
      [1, 456],
      [2, 0],
    ],
  },
];

/** Rejected of 1000 after so many rounds, 1 to 1000. */
export const publishedRejected = ({ steps }: PublishedCurve, rounds: number): number =>
  steps.findLast(([from]) => from <= rounds)?.[1] ?? NaN;

/** Where a curve of counts, the first after one round, takes a new value. */
export const stepsOf = (counts: readonly number[]): (readonly [rounds: number, rejected: number])[] =>
  counts.flatMap((count, at) => (count === counts[at - 1] ? [] : [[at + 1, count] as const]));

/** More training, more rejections: impossible for nested training sets and a graph that only grows. */
export const rises = ({ steps }: PublishedCurve): boolean =>
  steps.some(([, rejected], at) => rejected > (steps[at - 1]?.[1] ?? Infinity));
