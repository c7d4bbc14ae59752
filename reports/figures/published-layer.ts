/** The paper's values over the bars: open diamonds, triangles where the artifact's file was cut. */
import type { PublishedMark } from "./figure-8-data.ts";

const kinds = { value: "published (USENIX Sec '23)", cut: "published, cut: this or more" } as const;

export const publishedKinds = Object.values(kinds);

/** White inside, so that they show on any bar; `legend`: of Vega-Lite. */
export function publishedLayer(
  marks: readonly PublishedMark[],
  { slot, y, legend }: Readonly<Record<"slot" | "y" | "legend", object>>,
): object {
  const drawn = [kinds.value, ...(marks.some(({ cut }) => cut) ? [kinds.cut] : [])];
  return {
    data: { values: marks.map((mark) => ({ ...mark, kind: mark.cut ? kinds.cut : kinds.value })) },
    mark: { type: "point", filled: false, fill: "#ffffff", color: "#000000", strokeWidth: 0.6, opacity: 1, size: 14 },
    encoding: {
      xOffset: slot,
      y: { ...y, field: "ratio" },
      shape: {
        field: "kind",
        scale: { domain: drawn, range: ["diamond", "triangle-up"].slice(0, drawn.length) },
        legend: { ...legend, symbolFillColor: "#ffffff", symbolSize: 20, symbolStrokeWidth: 0.6 },
      },
      description: { field: "description" },
    },
  };
}
