/** The artifact's two kinds of files: curl's total times, one per line, and their summary. Seconds, six decimals. */
export interface Average {
  readonly meanNs: number;
  readonly stdevNs: number;
}

/** A line that is not as it should be; `line` counts from 1. */
export interface LineProblem {
  readonly line: number;
  readonly text: string;
}

export type Parsed<T> = { readonly value: T } | { readonly problems: readonly LineProblem[] };

/** Longer than any of the artifact's limits: a number of milliseconds would be. */
const longestSeconds = 3600;

const problem = (line: number, text: string): LineProblem => ({ line, text });

/** In the order of the file, ns. A line is a number as curl prints it: `0.058769`. */
export function parseTimings(content: string): Parsed<readonly number[]> {
  const lines = linesOf(content);
  if (lines.length === 0) return { problems: [problem(1, "the file is empty")] };
  const problems: LineProblem[] = [];
  const timings = lines.map((line, index) => {
    const ns = secondsToNs(line);
    const wrong = whyNotTiming(line, ns);
    if (wrong !== undefined) problems.push(problem(index + 1, wrong));
    return ns;
  });
  return problems.length > 0 ? { problems } : { value: timings };
}

/** One line: `Avg: 0.041161, Stdev: 0.004513`. */
export function parseSummary(content: string): Parsed<Average> {
  const lines = linesOf(content);
  const [first = ""] = lines;
  const [, mean = "", stdev = ""] = /^Avg: (\S+), Stdev: (\S+)$/.exec(first) ?? [];
  const [meanNs, stdevNs] = [secondsToNs(mean), secondsToNs(stdev)];
  if (Number.isNaN(meanNs) || Number.isNaN(stdevNs)) {
    return { problems: [problem(1, `${quoted(first)} is not like "Avg: 0.041161, Stdev: 0.004513"`)] };
  }
  if (lines.length > 1)
    return { problems: [problem(2, `${quoted(lines[1] ?? "")} follows the one line of a summary`)] };
  const wrong = whyNotTiming(mean, meanNs);
  return wrong === undefined ? { value: { meanNs, stdevNs } } : { problems: [problem(1, wrong)] };
}

export const formatTimings = (latenciesNs: readonly number[]): string =>
  latenciesNs.map((ns) => `${formatSeconds(ns)}\n`).join("");

export const formatSummary = ({ meanNs, stdevNs }: Average): string =>
  `Avg: ${formatSeconds(meanNs)}, Stdev: ${formatSeconds(stdevNs)}\n`;

/** With the sample's standard deviation. `undefined`: a single value has none. */
export function averageOf(latenciesNs: readonly number[]): Average | undefined {
  const count = latenciesNs.length;
  if (count < 2) return undefined;
  const meanNs = latenciesNs.reduce((sum, ns) => sum + ns, 0) / count;
  const squares = latenciesNs.reduce((sum, ns) => sum + (ns - meanNs) ** 2, 0);
  return { meanNs, stdevNs: Math.sqrt(squares / (count - 1)) };
}

const formatSeconds = (ns: number): string => (ns / 1e9).toFixed(6);

/** A last line may lack its end: six decimals show that it is whole. */
const linesOf = (content: string): readonly string[] => (content === "" ? [] : content.replace(/\n$/, "").split("\n"));

function secondsToNs(text: string): number {
  const [, whole, micros] = /^(\d{1,9})\.(\d{6})$/.exec(text) ?? [];
  return whole === undefined || micros === undefined ? Number.NaN : Number(whole) * 1e9 + Number(micros) * 1e3;
}

function whyNotTiming(text: string, ns: number): string | undefined {
  if (Number.isNaN(ns)) {
    const comma = /^\d+,\d+$/.test(text) ? ": a decimal comma" : "";
    return `${quoted(text)} is not a number of seconds with six decimals${comma}`;
  }
  if (ns === 0) return `${quoted(text)}: no call takes no time`;
  return ns > longestSeconds * 1e9 ? `${quoted(text)} is more than an hour: seconds are expected` : undefined;
}

const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
