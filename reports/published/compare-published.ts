/** Figure 8 as measured against Figure 8 as published, cell by cell. Pure. */
import { applicationOf, type Cell, type Comparison, gapText } from "../comparison.ts";
import { figureFunctions, inBarOrder } from "../figures/figure-order.ts";
import { type AgreementJudgement, judgeAgreement } from "../stats/agreement.ts";
import { type PublishedSeries, publishedSeries } from "./figure-8-values.ts";
import { type PublishedValue, publishedValue } from "./published-value.ts";

export interface PublishedCell {
  readonly label: string;
  readonly starred: boolean;
  /** Ours; the series' own name where no system of the run corresponds to it. */
  readonly system: string;
  readonly series: PublishedSeries;
  readonly published: PublishedValue;
  readonly ours: Cell | undefined;
  readonly judgement: AgreementJudgement;
}

/** Our systems that correspond to a published one. The artifact's Trapeze is nearer to the second of its two. */
const seriesOfSystem: Readonly<Record<string, PublishedSeries>> = {
  kalium: "kalium",
  "kalium-artifact": "kalium",
  valve: "valve",
  trapeze: "trapeze",
  "trapeze-as-shipped": "trapeze",
};

/** What the published ratios are relative to: vanilla on gVisor. */
const publishedBaseline = "gvisor";

export const seriesOf = (system: string): PublishedSeries | undefined => seriesOfSystem[system];

/** In figure order, then in bar order. A series that the run does not have is there too, as not measured. */
export function comparePublished(comparison: Comparison): readonly PublishedCell[] {
  const systems = withAbsentSeries(comparison.systems.filter((system) => seriesOf(system) !== undefined));
  return figureFunctions.flatMap(({ label, starred }) =>
    systems.flatMap((system) => {
      const series = seriesOf(system);
      const published = series === undefined ? undefined : publishedValue(label, series);
      if (series === undefined || published === undefined) return [];
      const ours = comparison.cells.find((cell) => cell.label === label && cell.system === system);
      return [{ label, starred, system, series, published, ours, judgement: judge(ours, published) }];
    }),
  );
}

/** In bar order, with a place for each published series that no system corresponds to. */
export function withAbsentSeries(systems: readonly string[]): readonly string[] {
  const present = new Set(systems.map(seriesOf));
  return inBarOrder([...systems, ...publishedSeries.filter((series) => !present.has(series))]);
}

/** Whether published ratios may be shown beside these: they mean nothing relative to anything else than gVisor, or of other functions. */
export const comparable = ({ cells, baselines }: Comparison): boolean =>
  applicationOf({ cells }) === undefined &&
  baselines.length > 0 &&
  baselines.every((baseline) => baseline === publishedBaseline);

function judge(ours: Cell | undefined, published: PublishedValue): AgreementJudgement {
  const undecided = (reason: string): AgreementJudgement => ({ verdict: "cannot tell", reason });
  if (ours?.ratio === undefined) return undecided(gapText(ours));
  if (ours.baseline !== publishedBaseline)
    return undecided(`relative to ${ours.baseline}, not to ${publishedBaseline}`);
  const { ratio, interval } = ours.ratio;
  if (interval === undefined) return undecided(ours.judgement?.reason ?? "no interval");
  return judgeAgreement({ ratio, interval, noiseFloor: ours.noiseFloor }, published);
}
