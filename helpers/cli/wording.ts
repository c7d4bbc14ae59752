/** Turns that a reader has to read twice, in code, messages and documents; CONTRIBUTING.md says how to write. */
export interface Turn {
  readonly pattern: RegExp;
  /** What to write. */
  readonly instead: string;
  /** A line in which the turn is found. */
  readonly example: string;
}

/** Definitions by what something lacks: "there is no X", "no longer" and the like are plain English. */
const notA = /(?<!\bthere )\b(?:is|are|was|were|been) no (?!(?:longer|more|less|other|such|better|worse|need)\b)[a-z]/i;

export const turns: readonly Turn[] = [
  { pattern: notA, instead: "is not a ...", example: '"x" is no event' },
  {
    pattern: /\b(?:is|are|was|were|be|been) told\b/i,
    instead: "the user sees, is reported, gets",
    example: "it is told",
  },
  { pattern: /\b(?:could|can|cannot|to) be had\b/i, instead: "found, available", example: "no server could be had" },
  {
    pattern: /\bnone of this run\b/i,
    instead: "does not belong to this run",
    example: "a pod, none of this run's",
  },
  { pattern: /\b(?:is|are) none of (?!these\b|them\b)/i, instead: "expected one of", example: "x is none of a, b" },
  { pattern: /\bgo(?:es|ing)? on with\b/i, instead: "resumes, continues", example: "goes on with a run that was cut" },
  { pattern: /\bstill go(?:es)? on\b/i, instead: "is still running", example: "the run still goes on" },
  {
    pattern: /(?<!still )\bgoes on\b(?! with)/i,
    instead: "continues, resumes, is passed on",
    example: "the flow goes on",
  },
  {
    pattern: /\b(?:that|which) (?:is|are|was|were) none\b/i,
    instead: "malformed, invalid, is not a ...",
    example: "a policy that is none",
  },
  { pattern: /\ball the same\b/i, instead: "still, anyway", example: "it is measured all the same" },
  { pattern: /\banew\b/i, instead: "again, a new ...", example: "ids begin anew" },
  { pattern: /\bfor good\b/i, instead: "permanently, forever", example: "one hangs for good" },
  { pattern: /\bas ever\b/i, instead: "as usual", example: "rows are checked as ever" },
  { pattern: /\bat hand\b/i, instead: "available, current", example: "a real one was not at hand" },
  { pattern: /\bhardly meant\b/i, instead: "probably a mistake", example: "usable but hardly meant so" },
  { pattern: /(?:,|\bpure|\ball) but for\b/i, instead: "except, except for", example: "the seed, but for the times" },
  { pattern: /\bmakes? of (?:it|the|a)\b/i, instead: "does with, computes from", example: "what it makes of a line" },
  {
    pattern: /\bstands? (?:here|there|beside|in the)\b/i,
    instead: "is in ..., is shown beside",
    example: "the mean stands beside it",
  },
  { pattern: /\b(?:puts? up|have put up)\b/i, instead: "creates, starts", example: "what the hooks put up" },
  { pattern: /\bhas(?:n't| not) got\b/i, instead: "lacks", example: "this user has not got it" },
  { pattern: /\bMETHOD(?:'s| rule|\.md| [A-Z]\.\d)/, instead: "the reason itself", example: "see METHOD rule 7" },
];

/** A literal that is given as a hint, or chosen for one; a hint that is written into its message. */
const hint = /\bhint\s*(?::|=|\?\?)\s*(?:[\w.!=()\s]*\?\s*)?(["`])([a-z`])|\\n {2}-> [a-z`]/g;

/** @returns one line per finding: `path:line: what to write instead` */
export function wordingProblems(path: string, text: string): readonly string[] {
  const lines = text
    .split("\n")
    .flatMap((line, index) =>
      turns
        .filter(({ pattern }) => pattern.test(line))
        .map(({ instead }) => `${path}:${index + 1}: ${line.trim().slice(0, 120)}\n    write: ${instead}`),
    );
  const hints = path.endsWith(".ts") ? [...text.matchAll(hint)] : [];
  return [
    ...lines,
    ...hints.map(({ index }) => {
      const line = text.slice(0, index).split("\n").length;
      return `${path}:${line}: ${text.slice(index, index + 100).split("\n")[0] ?? ""}\n    write: a capitalised imperative, "Run \`...\`."`;
    }),
  ];
}
