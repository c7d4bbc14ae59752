import { systemTitle } from "../figures/figure-order.ts";
import { orderVerdict, type SeriesMean, type SystemOrder } from "../published/order.ts";
import { type Section, columns } from "./document.ts";
import { formatRatio, formatRatioWith } from "./numbers.ts";

/** Published and ours side by side, with the verdict on their order where there is one. */
export const orderSection = (order: SystemOrder): Section => ({
  title: "Beside the published figure",
  paragraphs: [
    ...(hasVerdict(order) ? [orderVerdict(order)] : []),
    functionsOf(order) === 1
      ? "Ratios to gVisor of the one function that all of these systems have."
      : `Geometric means of the ratios to gVisor over the ${functionsOf(order)} functions that all of these systems have.`,
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

/** The same in one line, as the first words of a report and on the terminal; empty without a verdict. */
export const orderTexts = (order: SystemOrder | undefined): readonly string[] =>
  order === undefined || !hasVerdict(order)
    ? []
    : [
        [
          orderVerdict(order),
          `Geometric means over ${functionsOf(order)} functions, here and in the paper:`,
          `${order.means.map((mean) => `${systemTitle(mean.system)} ${formatRatioWith(mean.ours.ratio, mean.ours.interval)}, paper ${publishedText(mean)}`).join("; ")}.`,
        ].join(" "),
      ];

/** One function has no mean, and one system no order. */
const hasVerdict = (order: SystemOrder): boolean => order.pairs.length > 0 && functionsOf(order) > 1;

const publishedText = ({ published, cut }: SeriesMean): string => `${cut ? "≥ " : ""}${formatRatio(published)}`;

const functionsOf = ({ means }: SystemOrder): number => means[0]?.ours.functions ?? 0;
