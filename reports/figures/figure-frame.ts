import { wrap } from "./font.ts";
import { figureConfig, figureWidthPt, fontSizePt } from "./style.ts";

const marginPt = 3;

/** What all printed figures have alike: size, paper, and the caption below. `heightPt`: of the drawing without axes. */
export const figureFrame = (text: { readonly description: string; readonly caption: string }, heightPt: number) =>
  ({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: text.description,
    width: figureWidthPt,
    height: heightPt,
    padding: marginPt,
    autosize: { type: "fit-x", contains: "padding" },
    background: "white",
    config: figureConfig,
    title: {
      text: wrap(text.caption, fontSizePt, figureWidthPt - 2 * marginPt),
      orient: "bottom",
      anchor: "start",
      frame: "bounds",
      offset: 6,
    },
  }) as const;
