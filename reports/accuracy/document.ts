/** What an accuracy record says, as tables and sentences. Pure. */
import type { AccuracyRecord, AttackOutcome } from "../records/accuracy-record.ts";
import type { RunRecord } from "../records/record.ts";
import type { BandPoint } from "../stats/order-band.ts";
import { wilsonInterval } from "../stats/wilson.ts";
import { columns, list, type ReportDocument, type Section, type Table } from "../tables/document.ts";
import { bandOf, type Curve, neededText, zeroText } from "./curve.ts";
import { type Attacks, controlClass, detections, undetected } from "./detection.ts";

/** `explore`: what a page shows of detected attacks to explore. */
export function accuracyDocument(
  record: AccuracyRecord,
  run: RunRecord,
  explore: { readonly detection?: string } = {},
): ReportDocument {
  const { curve, enforced, attacks, times, notes = [] } = record;
  return {
    title: "Figure 7: false positives, and detected attacks",
    sections: [
      {
        title: "Run",
        paragraphs: [
          `Run ${record.runId}, started ${run.startedAt}: ${run.outcome}. ${record.application} under ${record.system}; ` +
            `URLs normalised to ${record.normalise}; seed of the workload ${record.workloadSeed}.`,
          ...notes,
        ],
      },
      ...(curve === undefined ? [] : curveSections(curve)),
      ...(enforced === undefined ? [] : [enforcedSection(enforced)]),
      ...(attacks === undefined ? [] : attackSections(attacks, explore.detection)),
      {
        title: "Where the time went",
        table: {
          columns: columns("Part", ">s"),
          rows: times.map(({ part, ms }) => [part, (ms / 1000).toFixed(1)]),
        },
      },
    ],
  };
}

/** Rounds at which the curve is quoted. */
const quoted = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000];

function curveSections(curve: Curve): readonly Section[] {
  const { rounds, rejected } = curve.leaveOneOut;
  const points = bandOf(curve).filter(({ rounds: at }) => quoted.includes(at) || at === curve.trainingRounds);
  return [
    {
      title: "False positives over rounds of training",
      paragraphs: [
        zeroText(curve),
        `Leave one out: of ${rounds} rounds, ${share(rejected, rounds)} are rejected by a policy of all the others.`,
      ],
      table: bandTable(points),
    },
  ];
}

/** Points of the measured curve. */
export const bandTable = (points: readonly BandPoint[]): Table => ({
  columns: columns(">Rounds", ">Median", ">5-95 % of orders", ">Wilson 95 %"),
  rows: points.map(({ rounds, median, orders, interval }) => [
    String(rounds),
    sharePercent(median),
    `${sharePercent(orders.low)} to ${sharePercent(orders.high)}`,
    `${sharePercent(interval.low)} to ${sharePercent(interval.high)}`,
  ]),
});

type Enforced = NonNullable<AccuracyRecord["enforced"]>;

/** What enforcing the learnt policy made of right requests, and how much training they needed: sentences. */
export const enforcedTexts = ({ semantics, rounds, requests, denied, needed }: Enforced): readonly string[] => [
  `The policy of ${rounds} rounds, enforced (${semantics}) on ${requests} fresh requests, all of them legitimate: ${share(denied, requests)} denied.`,
  ...(needed === undefined ? [] : [neededText(needed)]),
];

const enforcedSection = (enforced: Enforced): Section => ({
  title: "Enforced on fresh requests",
  paragraphs: enforcedTexts(enforced),
  ...(enforced.denials.length > 0 && {
    table: {
      columns: columns("First denial", ">Requests"),
      rows: enforced.denials.map((each) => [each.what, String(each.requests)]),
    },
  }),
});

export const guardTitles: Readonly<Record<AttackOutcome["guard"], string>> = {
  strict: "strict",
  reference: "reference",
  none: "none (recording)",
};

/** Detected per class and guard, with the level that denied. */
export function detectionTable(attacks: Attacks): Table {
  return {
    columns: columns(
      "Attack",
      "Guard",
      ">n",
      ">Detected",
      ">Wilson 95 %",
      ">Local",
      ">Global",
      ">Prevented",
      ">Reached its target",
    ),
    rows: detections(attacks).map((row) => {
      const { low, high } = wilsonInterval(row.detected, row.cases);
      const checked = row.guard !== "none";
      return [
        row.class,
        guardTitles[row.guard],
        String(row.cases),
        checked ? String(row.detected) : "",
        checked ? `${sharePercent(low)} to ${sharePercent(high)}` : "",
        checked ? String(row.local) : "",
        checked ? String(row.global) : "",
        checked ? String(row.prevented) : "",
        row.targeted === 0 ? "" : `${row.arrived} of ${row.targeted}`,
      ];
    }),
  };
}

function attackSections(attacks: Attacks, explore: string | undefined): readonly Section[] {
  const missed = (guard: "strict" | "reference"): Section =>
    list(
      `Not detected under ${guard}`,
      undetected(attacks, guard).map(
        (of) => `${of.class}, ${of.variant}: ${of.cases - of.detected} of ${of.cases} not detected`,
      ),
      attacks.outcomes.some((of) => of.guard === guard) ? "Every case was detected." : "Not measured.",
    );
  return [
    {
      title: "Detected attacks",
      ...(explore !== undefined && { explore }),
      paragraphs: [
        `${attacks.casesPerClass} seeded cases per class (seed ${attacks.seed}) against compromised functions; "${controlClass}" is the ` +
          "same harness with unaltered requests, where a detection is a false alarm.",
        "Local, global: cases with a denial by that graph; strict asks the global graph only about events that the local graph allows. " +
          "Prevented: a request or an invocation was denied, so it did not happen; otherwise only a response or an end was denied. " +
          "Reached its target: cases whose mark arrived at the unknown host or the mail server.",
      ],
      table: detectionTable(attacks),
    },
    missed("strict"),
    missed("reference"),
  ];
}

/** `97.5 %` of 0.975. */
export const sharePercent = (of: number): string => `${(100 * of).toFixed(1)} %`;

function share(count: number, trials: number): string {
  const { low, high } = wilsonInterval(count, trials);
  return `${count} (${sharePercent(count / trials)}, 95 % interval ${sharePercent(low)} to ${sharePercent(high)})`;
}
