import type { Comparison } from "../comparison.ts";
import { priceFigure } from "../figures/price-figure.ts";
import { renderFigure } from "../figures/render-figure.ts";
import { chartFigure } from "../page/chart-figure.ts";
import type { LatencyRecord } from "../records/record.ts";
import type { Section, Table } from "../tables/document.ts";
import { priceChart } from "./chart.ts";
import { comparePrices } from "./compare-prices.ts";
import { priceToCsv, priceToJson } from "./formats.ts";
import { priceSections, priceTable } from "./tables.ts";

export interface RenderedPrice {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly sections: readonly Section[];
  /** Over all functions; absent where nobody could tell. */
  readonly table?: Table;
}

/** The price of every system: empty where no block has one. */
export async function renderPrice(records: readonly LatencyRecord[], comparison: Comparison): Promise<RenderedPrice> {
  const prices = comparePrices(records);
  if (prices === undefined) return { files: {}, sections: [] };
  const spec = priceFigure(prices, comparison);
  const drawn = spec && (await renderFigure(spec));
  const chart = priceChart(prices, comparison);
  const shown =
    drawn && chart
      ? {
          picture: { file: "price.svg", svg: drawn.svg },
          explore: await chartFigure(chart, { printed: drawn.svg, id: "price" }),
        }
      : {};
  return {
    files: {
      ...(drawn && {
        "price.svg": drawn.svg,
        "price.png": drawn.png,
        "price.pdf": drawn.pdf,
        "price.vl.json": `${JSON.stringify(spec, null, 2)}\n`,
      }),
      "price.csv": priceToCsv(prices),
      "price.json": priceToJson(prices, comparison),
    },
    sections: priceSections(prices, comparison, shown),
    table: priceTable(prices, comparison),
  };
}
