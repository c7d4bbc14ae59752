import { textWidthPt } from "./font.ts";
import { figureWidthPt, fontSizePt } from "./style.ts";

/** Where a figure is to stand. All have text of the same size; a slide enlarges it with the figure. */
export interface FigureFormat {
  readonly widthPt: number;
  /** Of the drawing without axes. */
  readonly heightPt: number;
  /** Of the names of the functions, in degrees. */
  readonly labelAngle: number;
  /** Of the white line behind a whisker, which shows it on a dark bar. */
  readonly haloPt: number;
  /** Whether the caption is part of the figure. Papers and slides have their own. */
  readonly captioned: boolean;
}

/** Two columns of a USENIX page, one column, and a slide of 16:9, where 7 of 384 points are 18 of 960. */
export const figureFormats = {
  print: { widthPt: figureWidthPt, heightPt: 150, labelAngle: -38, haloPt: 1.8, captioned: true },
  column: { widthPt: 240, heightPt: 110, labelAngle: -90, haloPt: 1.2, captioned: false },
  slide: { widthPt: 384, heightPt: 84, labelAngle: -38, haloPt: 1.8, captioned: false },
} as const satisfies Record<string, FigureFormat>;

const symbolPt = 25;

export const legendWidthPt = (entries: readonly string[]): number =>
  entries.reduce((sum, text) => sum + textWidthPt(text, fontSizePt) + symbolPt, 0);

/** Entries of a legend that stand side by side, at least one. Each column is as wide as its widest entry. */
export function legendColumns(entries: readonly string[], widthPt: number): number {
  for (let columns = entries.length; columns > 1; columns -= 1) {
    const widest = Array.from({ length: columns }, (_, column) =>
      Math.max(
        0,
        ...entries.filter((_entry, index) => index % columns === column).map((text) => legendWidthPt([text])),
      ),
    );
    if (widest.reduce((sum, width) => sum + width, 0) <= widthPt) return columns;
  }
  return 1;
}
