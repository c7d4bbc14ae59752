import type { Comparison } from "../comparison.ts";
import { priceFigure } from "../figures/price-figure.ts";
import { renderFigure } from "../figures/render-figure.ts";
import type { LatencyRecord } from "../records/record.ts";
import type { Section, Table } from "../tables/document.ts";
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
    sections: priceSections(prices, comparison, drawn?.svg),
    table: priceTable(prices, comparison),
  };
}
