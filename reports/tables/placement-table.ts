import type { LatencyRecord } from "../records/record.ts";
import { type Table, columns } from "./document.ts";

/** Where the instances of a cluster were, node by node; no rows for a run without one. */
export function placementTable(records: readonly LatencyRecord[]): Table {
  const instances = records.flatMap(({ label, proofs }) =>
    proofs.flatMap(({ block, placement }) => (placement === undefined ? [] : [{ label, block, ...placement }])),
  );
  const nodes = [...new Set(instances.map(({ node }) => node))].toSorted();
  const nodesOf = (wanted: { readonly label: string; readonly block: number }): Set<string> =>
    new Set(
      instances.filter(({ label, block }) => label === wanted.label && block === wanted.block).map(({ node }) => node),
    );
  const rows = nodes.map((name) => {
    const own = instances.filter(({ node }) => node === name);
    const blocks = new Map(own.map((each) => [`${each.label}/${each.block}`, each]));
    const shared = [...blocks.values()].filter((each) => nodesOf(each).size > 1).length;
    const classes = new Set(own.map(({ runtimeClass = "the node's default" }) => runtimeClass));
    return [name, String(blocks.size), String(shared), String(own.length), [...classes].toSorted().join(", ")];
  });
  return { columns: columns("Node", ">Blocks", ">Of them on other nodes, too", ">Instances", "Runtime classes"), rows };
}
