/** What changed from one policy to another, by event instead of by number: numbers differ without meaning anything. */
import { type FlowGraph, endOfFlow } from "../core/flow-graph.ts";
import type { GraphPolicy, Policy } from "../core/policy.ts";
import { nodeName } from "./node-names.ts";

/** Texts of what one side has and the other lacks, sorted. */
export interface PolicyChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface CountChange {
  readonly node: string;
  readonly before: number;
  readonly after: number;
}

export interface GraphDiff {
  /** `global`, or a function. */
  readonly graph: string;
  readonly nodes: PolicyChange;
  readonly edges: PolicyChange;
  readonly entries: PolicyChange;
  readonly terminals: PolicyChange;
  readonly counts: readonly CountChange[];
}

export interface PolicyDiff {
  readonly normalise: { readonly before: string; readonly after: string } | undefined;
  readonly functions: PolicyChange;
  /** Of the graphs that both have and that differ. */
  readonly graphs: readonly GraphDiff[];
}

export function diffPolicies(before: Policy, after: Policy): PolicyDiff {
  const both = [...before.locals.values()].flatMap((local) => {
    const other = after.locals.get(local.function);
    return other === undefined ? [] : [diffGraphs(local.function, local, other)];
  });
  return {
    normalise: before.normalise === after.normalise ? undefined : { before: before.normalise, after: after.normalise },
    functions: change(before.locals.keys(), after.locals.keys()),
    graphs: [diffGraphs("global", before.global, after.global), ...both].filter(differs),
  };
}

export const same = ({ normalise, functions, graphs }: PolicyDiff): boolean =>
  normalise === undefined && graphs.length === 0 && isEmpty(functions);

function diffGraphs(graph: string, before: GraphPolicy, after: GraphPolicy): GraphDiff {
  const [one, other] = [before, after].map(texts) as [Texts, Texts];
  const counts = [...one.counts].flatMap(([node, count]) => {
    const now = other.counts.get(node);
    return now === undefined || now === count ? [] : [{ node, before: count, after: now }];
  });
  return {
    graph,
    nodes: change(one.counts.keys(), other.counts.keys()),
    edges: change(one.edges, other.edges),
    entries: change(one.entries, other.entries),
    terminals: change(one.terminals, other.terminals),
    counts,
  };
}

const differs = ({ nodes, edges, entries, terminals, counts }: GraphDiff): boolean =>
  counts.length > 0 || ![nodes, edges, entries, terminals].every(isEmpty);
const isEmpty = ({ added, removed }: PolicyChange): boolean => added.length === 0 && removed.length === 0;

type Texts = ReturnType<typeof texts>;

/** Several nodes of one event are distinguished by their place among them. */
function texts(policy: GraphPolicy) {
  const { nodes, successors, entries, terminals, mayBeEmpty }: FlowGraph = policy.graph;
  const seen = new Map<string, number>();
  const names = nodes.map((_, index) => {
    const name = nodeName(policy, index);
    const twin = (seen.get(name) ?? 0) + 1;
    seen.set(name, twin);
    return twin === 1 ? name : `${name} (${twin})`;
  });
  const nameOf = (index: number): string => (index === endOfFlow ? "end" : (names[index] ?? `node ${index}`));
  return {
    counts: new Map(nodes.map(({ count }, index) => [nameOf(index), count])),
    edges: successors.flatMap((targets, from) => targets.map((to) => `${nameOf(from)} > ${nameOf(to)}`)),
    entries: entries.map(nameOf),
    terminals: [...terminals.map(nameOf), ...(mayBeEmpty ? ["start"] : [])],
  };
}

function change(before: Iterable<string>, after: Iterable<string>): PolicyChange {
  const [one, other] = [new Set(before), new Set(after)];
  return {
    added: [...other].filter((text) => !one.has(text)).sort(),
    removed: [...one].filter((text) => !other.has(text)).sort(),
  };
}
