import { wrap } from "./font.ts";
import { figureConfig, figureWidthPt, fontSizePt } from "./style.ts";

const marginPt = 3;

/**
 * What all printed figures have alike: size, paper, and the caption below, which is left out where it is empty.
 * `heightPt`: of the drawing without axes.
 */
export const figureFrame = (
  text: { readonly description: string; readonly caption: string },
  heightPt: number,
  widthPt: number = figureWidthPt,
) =>
  ({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: text.description,
    width: widthPt,
    height: heightPt,
    padding: marginPt,
    autosize: { type: "fit-x", contains: "padding" },
    background: "white",
    config: figureConfig,
    ...(text.caption !== "" && {
      title: {
        text: wrap(text.caption, fontSizePt, widthPt - 2 * marginPt),
        orient: "bottom",
        anchor: "start",
        frame: "bounds",
        offset: 6,
      },
    }),
  }) as const;
