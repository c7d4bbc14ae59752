import { type PolicyChange, type GraphDiff, type PolicyDiff, same } from "./diff-policies.ts";

/** A line per difference: `+` only after, `-` only before, `~` changed. */
export function diffText(diff: PolicyDiff): string {
  if (same(diff)) return "The policies allow the same.\n";
  const { normalise, functions, graphs } = diff;
  const lines = [
    ...(normalise === undefined ? [] : [`~ URLs normalised by "${normalise.before}", now by "${normalise.after}"`]),
    ...changeLines("function", functions),
    ...graphs.flatMap((graph) => [`${graph.graph}:`, ...graphLines(graph).map((line) => `  ${line}`)]),
  ];
  return `${lines.join("\n")}\n`;
}

const graphLines = ({ nodes, edges, entries, terminals, counts }: GraphDiff): readonly string[] => [
  ...changeLines("node", nodes),
  ...changeLines("edge", edges),
  ...changeLines("begins with", entries),
  ...changeLines("ends after", terminals),
  ...counts.map(({ node, before, after }) => `~ at most ${before} times, now ${after}: ${node}`),
];

const changeLines = (what: string, { added, removed }: PolicyChange): readonly string[] => [
  ...removed.map((text) => `- ${what} ${text}`),
  ...added.map((text) => `+ ${what} ${text}`),
];
