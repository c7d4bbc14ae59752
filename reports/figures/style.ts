import type { Config } from "vega-lite";
import { fontFamily } from "./font.ts";

/** Lengths in figures are points, 1/72 in: Vega's pixel is drawn as a point. */
export const figureWidthPt = 504; // 7 in, two columns of a USENIX page
export const fontSizePt = 7;

const text = { labelFontSize: fontSizePt, titleFontSize: fontSizePt, titleFontWeight: "normal" } as const;

export const figureConfig = {
  font: fontFamily,
  view: { stroke: null },
  axis: {
    ...text,
    translate: 0,
    domainColor: "#222222",
    tickColor: "#222222",
    labelColor: "#000000",
    titleColor: "#000000",
  },
  axisX: { grid: false, tickSize: 3, labelPadding: 2 },
  axisY: { grid: true, gridColor: "#dddddd", gridWidth: 0.5, tickSize: 3, titlePadding: 6 },
  legend: {
    ...text,
    orient: "top",
    direction: "horizontal",
    symbolSize: 50,
    labelLimit: 400,
    symbolStrokeWidth: 0.5,
    columnPadding: 10,
    offset: 6,
    padding: 0,
    symbolLimit: 0, // else only 30 systems are named
  },
  title: { fontSize: fontSizePt, fontWeight: "normal", color: "#000000", lineHeight: 9.5 },
  text: { fontSize: fontSizePt },
} satisfies Config;
