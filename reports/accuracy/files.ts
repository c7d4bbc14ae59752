/** Figure 7 and the table of detections as files. The same record gives the same bytes. */
import type { AccuracyRecord } from "../records/accuracy-record.ts";
import { figure7 } from "../figures/figure-7.ts";
import { renderFigure } from "../figures/render-figure.ts";
import { explorePage } from "../formats/explore-page.ts";
import { toMarkdown } from "../formats/markdown.ts";
import { toCsv } from "../formats/to-csv.ts";
import { chartFigure } from "../page/chart-figure.ts";
import { publishedFigure7, publishedRejected, publishedRounds } from "../published/figure-7-values.ts";
import type { RunRecord } from "../records/record.ts";
import { bandOf, type Curve } from "./curve.ts";
import { accuracyDocument, bandTable } from "./document.ts";
import type { Attacks } from "./detection.ts";
import { detectionChart } from "./detection-chart.ts";
import { roundsChart } from "./rounds-chart.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/**
 * `accuracy.{md,html}`; where a curve was measured `figure-7[-log].{svg,png,pdf,vl.json}`, `figure-7.csv` in the header
 * convention of the artifact's file, `figure-7-band.csv` and `figure-7-published.csv`; where attacks ran `detection.csv`.
 */
export async function accuracyFiles(
  record: AccuracyRecord,
  run: RunRecord,
  { published }: { readonly published: boolean },
): Promise<Files> {
  const { curve, attacks } = record;
  const pictures: Record<string, string | Uint8Array> = {};
  if (curve !== undefined) {
    for (const scale of ["linear", "log"] as const) {
      const name = scale === "linear" ? "figure-7" : "figure-7-log";
      const spec = figure7(record, { scale, published });
      const { svg, png, pdf } = await renderFigure(spec);
      Object.assign(pictures, { [`${name}.svg`]: svg, [`${name}.png`]: png, [`${name}.pdf`]: pdf });
      pictures[`${name}.vl.json`] = `${JSON.stringify(spec, null, 2)}\n`;
    }
  }
  const detected = attacks && detectionChart(attacks);
  const explore = detected && (await chartFigure(detected, { id: "detection" }));
  const document = accuracyDocument(record, run, { ...(explore !== undefined && { detection: explore }) });
  const shown = pictures["figure-7-log.svg"];
  const printed = typeof shown === "string" ? { printed: shown } : {};
  const figure =
    curve &&
    (await chartFigure(roundsChart(record, { published }), {
      ...printed,
      id: "figure-7",
      table: bandTable(bandOf(curve)),
    }));
  return {
    ...pictures,
    ...(curve && { "figure-7.csv": curveToCsv(curve), "figure-7-band.csv": bandToCsv(curve) }),
    ...(curve && published && { "figure-7-published.csv": publishedCurvesToCsv() }),
    ...(attacks && { "detection.csv": detectionToCsv(attacks) }),
    "accuracy.md": toMarkdown(document, shown === undefined ? undefined : "figure-7-log.svg"),
    "accuracy.html": await explorePage(document, figure === undefined ? {} : { figure }),
  };
}

/** `no`, then a column per application: integer rejections per 1000, as in the artifact's file. */
const curveToCsv = (curve: Curve): string =>
  toCsv(bandOf(curve).map(({ rounds, median }) => ({ no: rounds, hello: Math.round(1000 * median) })));

const publishedCurvesToCsv = (): string =>
  toCsv(
    Array.from({ length: publishedRounds }, (_, at) => ({
      no: at + 1,
      ...Object.fromEntries(publishedFigure7.map((curve) => [curve.column, publishedRejected(curve, at + 1)])),
    })),
  );

const bandToCsv = (curve: Curve): string =>
  toCsv(
    bandOf(curve).map(({ rounds, median, orders, interval }) => ({
      rounds,
      test_rounds: curve.testRounds,
      orders: curve.rejected.length,
      median,
      orders_low: orders.low,
      orders_high: orders.high,
      wilson_low: interval.low,
      wilson_high: interval.high,
    })),
  );

/** One row per variant of an attack and guard. */
const detectionToCsv = ({ outcomes }: Attacks): string =>
  toCsv(
    outcomes.map((of) => ({
      class: of.class,
      variant: of.variant,
      guard: of.guard,
      cases: of.cases,
      detected: of.detected,
      local: of.local,
      global: of.global,
      prevented: of.prevented,
      arrived: of.arrived,
      faults: of.faults,
    })),
  );
