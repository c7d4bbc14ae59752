/** What a policy consists of, for people and as JSON. */
import { messageOf } from "../../base/errors.ts";
import { endOfFlow } from "../core/flow-graph.ts";
import { ctrPolicy } from "../core/policy-export.ts";
import type { GraphPolicy, Policy } from "../core/policy.ts";

export interface GraphSize {
  /** `global`, or a function. */
  readonly graph: string;
  readonly events: number;
  readonly nodes: number;
  readonly edges: number;
  readonly entries: number;
  readonly terminals: number;
}

export interface PolicySummary {
  readonly name: string;
  readonly normalise: string;
  readonly graphs: readonly GraphSize[];
  /** Valid content that is probably a mistake. */
  readonly warnings: readonly string[];
  /** Why the artifact's `ctr` cannot load it; `undefined`: it can. */
  readonly notForCtr: string | undefined;
}

export function summarisePolicy(policy: Policy): PolicySummary {
  const locals = [...policy.locals.values()].map((local) => sizeOf(local.function, local));
  const graphs = [sizeOf("global", policy.global), ...locals];
  const endless = graphs.filter(({ nodes, terminals }) => nodes > 0 && terminals === 0).map(({ graph }) => graph);
  return {
    name: policy.name,
    normalise: policy.normalise,
    graphs,
    warnings: [
      ...policy.warnings,
      ...(endless.length === 0
        ? []
        : [`no terminal in ${endless.join(", ")}: strict semantics deny the end of every flow there`]),
    ],
    notForCtr: refusalOf(() => ctrPolicy(policy)),
  };
}

const sizeOf = (name: string, { eventIds, graph }: GraphPolicy): GraphSize => ({
  graph: name,
  events: eventIds.size,
  nodes: graph.nodes.length,
  edges: graph.successors.flat().filter((to) => to !== endOfFlow).length,
  entries: graph.entries.length,
  terminals: graph.terminals.length,
});

function refusalOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return messageOf(error).split("\n", 1)[0];
  }
}

export function summaryText(source: string, { name, normalise, graphs, warnings, notForCtr }: PolicySummary): string {
  const columns = ["events", "nodes", "edges", "entries", "terminals"] as const;
  const width = Math.max(...graphs.map(({ graph }) => graph.length));
  const lines = graphs.map((size) =>
    [
      `  ${size.graph.padEnd(width)}`,
      ...columns.map((column) => String(size[column]).padStart(column.length + 2)),
    ].join(""),
  );
  return [
    `${source}: policy "${name}", functions: ${graphs.length - 1}, URLs normalised by "${normalise}"`,
    `  ${"graph".padEnd(width)}${columns.map((column) => `  ${column}`).join("")}`,
    ...lines,
    ...warnings.map((warning) => `warning: ${warning}`),
    notForCtr === undefined
      ? "The artifact's ctr can load it."
      : `${notForCtr[0]?.toUpperCase() ?? ""}${notForCtr.slice(1)}.`,
    "",
  ].join("\n");
}
