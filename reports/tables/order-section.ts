import { systemTitle } from "../figures/figure-order.ts";
import { orderVerdict, type SeriesMean, type SystemOrder } from "../published/order.ts";
import { type Section, columns } from "./document.ts";
import { formatRatio, formatRatioWith } from "./numbers.ts";

/** Published and ours side by side, with the verdict on their order as the first words of a report. */
export const orderSection = (order: SystemOrder): Section => ({
  title: "Beside the published figure",
  paragraphs: [
    orderVerdict(order),
    `Geometric means of the ratios to gVisor over the ${countOf(order)} that all of these systems have.`,
  ],
  table: {
    columns: columns("System", ">Published", ">Ours [95 %]"),
    rows: order.means.map((mean) => [
      systemTitle(mean.system),
      publishedText(mean),
      formatRatioWith(mean.ours.ratio, mean.ours.interval),
    ]),
  },
});

/** The same in one line, for the terminal. */
export const orderLine = (order: SystemOrder): string =>
  [
    orderVerdict(order),
    `Geometric means over ${countOf(order)}, here and in the paper:`,
    `${order.means.map((mean) => `${systemTitle(mean.system)} ${formatRatioWith(mean.ours.ratio, mean.ours.interval)}, paper ${publishedText(mean)}`).join("; ")}.`,
  ].join(" ");

const publishedText = ({ published, cut }: SeriesMean): string => `${cut ? "≥ " : ""}${formatRatio(published)}`;

const countOf = ({ means }: SystemOrder): string => {
  const count = means[0]?.ours.functions ?? 0;
  return `${count} function${count === 1 ? "" : "s"}`;
};
