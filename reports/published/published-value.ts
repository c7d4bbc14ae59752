/** A cell of the published Figure 8 as a number, with what is wrong with it. Pure. */
import { type PublishedSeries, publishedFigure8, seriesTitles } from "./figure-8-values.ts";

/** Where the artifact's files were cut by hand: this value means "this or more". */
const publishedCut = 5;

export interface PublishedValue {
  /** As the artifact's file spells it. */
  readonly text: string;
  readonly ratio: number;
  /** The true value is not in the artifact: it is `ratio` or more. */
  readonly cut: boolean;
  /** What a reader should know of a damaged or doubtful cell; empty for a sound one. */
  readonly notes: readonly string[];
}

/** `undefined` for a function that the paper does not have. */
export function publishedValue(label: string, series: PublishedSeries): PublishedValue | undefined {
  const row = publishedFigure8[label];
  if (row === undefined) return undefined;
  const text = row[series];
  const ratio = numberOf(text);
  const cut = ratio >= publishedCut;
  return { text, ratio, cut, notes: [...cutNote(cut), ...commaNote(text), ...copyNote(row, series)] };
}

/** `1.53`; `≥ 5 (cut)`; `1.06 (1,06 read as 1.06)`. */
export const describePublished = ({ ratio, cut, notes }: PublishedValue): string =>
  [`${cut ? "≥ " : ""}${ratio}`, ...(notes.length === 0 ? [] : [`(${notes.join("; ")})`])].join(" ");

const numberOf = (text: string): number => Number(text.replace(",", "."));

const cutNote = (cut: boolean): readonly string[] => (cut ? ["cut"] : []);

/** A reader of comma-separated values sees 1 and a third cell here. */
const commaNote = (text: string): readonly string[] =>
  text.includes(",") ? [`${text} read as ${numberOf(text)}`] : [];

/** Two systems measured apart seldom agree to the last digit; six functions do here. */
function copyNote(row: Readonly<Record<PublishedSeries, string>>, series: PublishedSeries): readonly string[] {
  if (series === "trapeze" || row.kalium !== row.valve) return [];
  return [`same as ${seriesTitles[series === "kalium" ? "valve" : "kalium"]}'s`];
}
