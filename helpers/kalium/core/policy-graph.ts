/** The graph and the event ids of a policy, from their JSON; references that lead nowhere are problems. */
import { type EventIdentity, wireIdentity } from "./event.ts";
import { type FlowGraph, endOfFlow, flowGraph, maxSuccessors } from "./flow-graph.ts";
import { eventHash } from "./hash.ts";
import type { JsonPath, Problem } from "./policy-json.ts";
import type { GraphExtension, GraphJson, LocalGraphJson } from "./policy-schema.ts";

interface Place {
  readonly path: JsonPath;
  readonly notes: { readonly problems: Problem[]; readonly warnings: Problem[] };
}

/** The last id of a repeated hash counts, as in the artifact. */
export function buildEvents(
  ids: LocalGraphJson["EVENTID"],
  texts: GraphExtension["events"] = [],
  { path, notes }: Place,
): { readonly eventIds: Map<number, number>; readonly events: Map<number, EventIdentity> } {
  const eventIds = new Map<number, number>();
  for (const [index, { h, e }] of ids.entries()) {
    const before = eventIds.get(h);
    if (before !== undefined) {
      const message = `hash ${h} is repeated; its id ${e} replaces ${before}`;
      notes.warnings.push({ path: [...path, "EVENTID", index, "h"], message });
    }
    eventIds.set(h, e);
  }
  const events = new Map<number, EventIdentity>();
  for (const [index, { event: name, ...rest }] of texts.entries()) {
    const identity = wireIdentity({ ...rest, name });
    const hash = eventHash(identity);
    if (!eventIds.has(hash)) {
      const message = `its hash is ${hash}, which is not in EVENTID`;
      notes.problems.push({ path: [...path, "KALIUM_BENCH", "events", index], message });
    }
    events.set(hash, identity);
  }
  return { eventIds, events };
}

export function buildGraph(
  json: GraphJson,
  extension: GraphExtension,
  { path, extensionPath, notes }: Place & { readonly extensionPath: JsonPath },
): FlowGraph {
  const nodes = spelling(json, "ns", "NS", { path, notes }) ?? [];
  const edges = spelling(json, "es", "ES", { path, notes }) ?? [];
  const count = nodes.length;
  const inRange = (index: number, at: JsonPath): boolean => {
    if (index < count) return true;
    const message = `${index} is not a node index: there are ${count} nodes, counted from 0; ids are not indices`;
    notes.problems.push({ path: at, message });
    return false;
  };

  const edgesKey = json.es === undefined ? "ES" : "es";
  const successors: number[][] = nodes.map(() => []);
  for (const [at, { "0": source, "1": targets }] of edges.entries()) {
    const edgePath = [...path, edgesKey, at];
    const known = inRange(source, [...edgePath, "0"]);
    for (const [position, target] of targets.entries()) {
      if (target === endOfFlow || inRange(target, [...edgePath, "1", position])) {
        if (known) successors[source]?.push(target);
      }
    }
  }
  for (const [source, targets] of successors.entries()) {
    if (targets.length <= maxSuccessors) continue;
    const message = `node ${source} has ${targets.length} successors; only strict semantics take more than ${maxSuccessors}`;
    notes.warnings.push({ path: [...path, edgesKey], message });
  }
  if (count === 0) notes.warnings.push({ path, message: "no nodes: everything is denied" });

  for (const key of ["entries", "terminals"] as const) {
    for (const [at, index] of (extension[key] ?? []).entries()) inRange(index, [...extensionPath, key, at]);
  }
  return flowGraph({
    nodes: nodes.map(({ id, cnt }) => ({ id, count: cnt })),
    successors,
    entries: extension.entries,
    terminals: extension.terminals,
    mayBeEmpty: extension.mayBeEmpty,
  });
}

/** Readers of the artifact want one or the other spelling; where both are there they must agree. */
function spelling<Lower extends "ns" | "es", Upper extends "NS" | "ES">(
  json: GraphJson,
  lower: Lower,
  upper: Upper,
  { path, notes }: Place,
): GraphJson[Lower] | GraphJson[Upper] {
  if (json[lower] === undefined && json[upper] === undefined) {
    notes.problems.push({ path: [...path, lower], message: `missing, and so is ${upper}` });
  } else if (
    json[lower] !== undefined &&
    json[upper] !== undefined &&
    JSON.stringify(json[lower]) !== JSON.stringify(json[upper])
  ) {
    notes.problems.push({ path: [...path, upper], message: `differs from ${lower}` });
  }
  return json[lower] ?? json[upper];
}
