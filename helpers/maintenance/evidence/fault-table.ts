import { median } from "../../../reports/stats/quantile.ts";
import type { Fault } from "./faults.ts";

/** One run with one fault; what the test has not come to is absent. */
export interface SeenFault {
  /** `Fault.name` */
  readonly name: string;
  seen: string;
  /** From the fault to the end of the command, s. */
  endedInS?: number;
  /** From the end of the fault to the next right answer, s. */
  recoveredInS?: number;
  /** Calls that were in the journal before the fault and are not in the results. */
  lostCalls?: number;
  left: string;
  asExpected?: true;
  /** What the test found wrong. */
  problem?: string;
}

const heads = ["Fault", "Expected", "Seen", "As expected", "Ended after", "Recovered in", "Calls lost", "Left behind"];

/** One line per fault that was put into a run, in Markdown. */
export function faultTable(faults: readonly Fault[], seen: readonly SeenFault[]): string {
  const rows = faults.flatMap(({ name, expected }) => {
    const runs = seen.filter((run) => run.name === name);
    const [first] = runs;
    if (first === undefined) return [];
    const good = runs.filter(({ asExpected }) => asExpected);
    const lost = runs.flatMap(({ lostCalls }) => lostCalls ?? []);
    return [
      [
        name,
        `exit ${expected.exit}; ${[...expected.says, ...(expected.voids ? [expected.voids] : [])].map(({ source }) => source).join("; ")}`,
        (runs.find(({ asExpected }) => !asExpected) ?? first).seen,
        `${good.length} of ${runs.length}`,
        spread(runs.flatMap(({ endedInS }) => endedInS ?? [])),
        spread(runs.flatMap(({ recoveredInS }) => recoveredInS ?? [])),
        lost.length === 0 ? "–" : String(Math.max(0, ...lost)),
        [...new Set(runs.map(({ left }) => left))].join(", "),
      ],
    ];
  });
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.map(oneLine).join(" | ")} |`).join("\n");
}

/** `tookS`: from the first run to the last. */
export function countRuns(seen: readonly SeenFault[], tookS: number): string {
  const good = seen.filter(({ asExpected }) => asExpected).length;
  const names = new Set(seen.map(({ name }) => name));
  return `${good} of ${seen.length} runs as expected, with ${names.size} faults, in ${(tookS / 60).toFixed(0)} min`;
}

/** Median and longest. */
function spread(seconds: readonly number[]): string {
  if (seconds.length === 0) return "–";
  const longest = Math.max(...seconds);
  return seconds.length === 1
    ? `${longest.toFixed(1)} s`
    : `${median(seconds).toFixed(1)} s, at most ${longest.toFixed(1)} s`;
}

const oneLine = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").slice(0, 300);
