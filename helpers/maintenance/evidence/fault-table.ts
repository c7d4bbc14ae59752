import type { Fault } from "./faults.ts";

/** A row of the table at the end of `npm run test:chaos`; what the test has not come to is absent. */
export interface SeenFault {
  readonly fault: Fault;
  seen: string;
  /** From the fault to the end of the command, s. */
  endedInS?: number;
  /** Calls that were in the journal before the fault and are not in the results. */
  lostCalls?: number;
  left: string;
  asExpected?: true;
}

const heads = ["Fault", "Expected", "Seen", "Ended after", "Calls lost", "Left behind", ""] as const;

/** One line per fault, in Markdown. */
export function faultTable(seen: readonly SeenFault[]): string {
  const rows = seen.map(({ fault: { name, expected }, endedInS, lostCalls, asExpected, ...row }) => [
    name,
    `exit ${expected.exit}; ${[...expected.says, ...(expected.voids ? [expected.voids] : [])].map(({ source }) => source).join("; ")}`,
    row.seen,
    endedInS === undefined ? "–" : `${endedInS.toFixed(0)} s`,
    lostCalls === undefined ? "–" : String(Math.max(0, lostCalls)),
    row.left,
    asExpected ? "as expected" : "NOT as expected",
  ]);
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.map(oneLine).join(" | ")} |`).join("\n");
}

const oneLine = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").slice(0, 300);
