/** A comparison as annotations of a GitHub workflow: lines that it reads from standard output. Pure. */
import { systemTitle } from "../figures/figure-order.ts";
import { formatRatioWith } from "../tables/numbers.ts";
import type { RunsComparison } from "./compare-runs.ts";

/** An error per slower cell, a warning where nothing can be judged, a notice that counts what is not settled. */
export function comparisonAnnotations({ cells, outcome, missing }: RunsComparison): readonly string[] {
  const slower = cells.filter(({ judgement }) => judgement.verdict === "slower");
  const open = cells.filter(({ judgement }) => judgement.verdict === "not settled");
  return [
    ...slower.map(({ label, system, change, judgement }) =>
      annotation(
        "error",
        `${label}, ${systemTitle(system)}`,
        `${judgement.text}; B / A ${formatRatioWith(change.ratio, change.interval)}`,
      ),
    ),
    ...(outcome === "undecided" ? [annotation("warning", "compare", "Nothing can be judged")] : []),
    ...(open.length > 0 && outcome !== "undecided"
      ? [annotation("notice", "compare", `${open.length} of ${cells.length} cells are not settled`)]
      : []),
    ...(missing.length === 0 ? [] : [annotation("warning", "compare", `Not compared: ${missing.join("; ")}`)]),
  ];
}

/** `::error title=Title::Text`, escaped as GitHub's toolkit does. */
const annotation = (kind: "error" | "warning" | "notice", title: string, text: string): string =>
  `::${kind} title=${escapeData(title).replaceAll(":", "%3A").replaceAll(",", "%2C")}::${escapeData(text)}`;

const escapeData = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
