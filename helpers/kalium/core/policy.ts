/** Policies in memory, and how they are read and checked. Anything that could be read in two ways is refused. */
import type { EventIdentity } from "./event.ts";
import { type FlowGraph, endOfFlow } from "./flow-graph.ts";
import type { Normalisation } from "./normalise.ts";
import { type JsonPath, type Problem, atPath, parseJson, refusePolicy } from "./policy-json.ts";
import { buildEvents, buildGraph } from "./policy-graph.ts";
import { type LocalGraphJson, type PolicyJson, localPolicySchema, policySchema } from "./policy-schema.ts";

/** Event hash to event id; the numbering is the graph's own. */
export type EventIds = ReadonlyMap<number, number>;

/** A graph, the ids of its events, and, where known, the texts behind the hashes. */
export interface GraphPolicy {
  readonly eventIds: EventIds;
  readonly graph: FlowGraph;
  /** Event hash to event. May lack any. */
  readonly events: ReadonlyMap<number, EventIdentity>;
}

/** What the guard of one function enforces. */
export interface LocalPolicy extends GraphPolicy {
  readonly function: string;
  readonly normalise: Normalisation;
}

/** Lists and limits of the artifact's format, which neither the artifact nor this project applies. */
export interface Whitelists {
  readonly urls: readonly string[];
  readonly ips: readonly string[];
  readonly files: readonly string[];
  readonly fileRate: number;
  readonly networkRate: number;
}

/** What the controller of an application enforces and hands to guards. */
export interface Policy {
  /** Only `default` is ever looked up, as by the artifact's controller: with another name all is denied. */
  readonly name: string;
  readonly normalise: Normalisation;
  readonly global: GraphPolicy;
  /** By function. */
  readonly locals: ReadonlyMap<string, LocalPolicy>;
  readonly whitelists: Whitelists;
  /** Valid content that is probably a mistake; each with its JSON path. */
  readonly warnings: readonly string[];
}

/** Where a policy does not say: what all senders of the artifact agree on. */
const defaultNormalisation: Normalisation = "host";

/** The controller's policy file. `source` names it in errors. @throws {KaliumError} E_POLICY with JSON path and value */
export function parsePolicy(text: string, source: string): Policy {
  const json = parseJson(text, policySchema, source);
  const notes = { problems: [] as Problem[], warnings: [] as Problem[] };
  const { normalise = defaultNormalisation, ...extension }: Extension = json.KALIUM_BENCH ?? {};
  const global = {
    ...buildEvents(json.EVENTID, extension.events, { path: [], notes }),
    graph: buildGraph(json.GLOBALGRAPH, extension, { path: ["GLOBALGRAPH"], extensionPath: ["KALIUM_BENCH"], notes }),
  };
  warnAboutIds(global, ["GLOBALGRAPH"], notes.warnings);
  const locals = new Map<string, LocalPolicy>();
  for (const [at, element] of json.LOCALGRAPH.entries()) {
    const path = ["LOCALGRAPH", at];
    if (locals.has(element.NAME)) {
      notes.problems.push({ path: [...path, "NAME"], message: `a second graph of "${element.NAME}"` });
    }
    const own = element.KALIUM_BENCH?.normalise;
    if (own !== undefined && own !== normalise) {
      const message = `"${own}", but the whole policy has "${normalise}"`;
      notes.problems.push({ path: [...path, "KALIUM_BENCH", "normalise"], message });
    }
    locals.set(element.NAME, buildLocal(element, { normalise, path, notes }));
  }
  if (json.NAME !== "default") {
    notes.warnings.push({ path: ["NAME"], message: `"${json.NAME}": controllers look up "default" only` });
  }
  if (notes.problems.length > 0) refusePolicy(source, notes.problems);
  const { NAME: name } = json;
  return { name, normalise, global, locals, whitelists: whitelistsOf(json), warnings: notes.warnings.map(atPath) };
}

/** The document that a controller sends to a guard. @throws {KaliumError} E_POLICY with JSON path and value */
export function parseLocalPolicy(text: string, source: string): LocalPolicy {
  const { GRAPH } = parseJson(text, localPolicySchema, source);
  const notes = { problems: [] as Problem[], warnings: [] as Problem[] };
  const local = buildLocal(GRAPH, { normalise: defaultNormalisation, path: ["GRAPH"], notes });
  if (notes.problems.length > 0) refusePolicy(source, notes.problems);
  return local;
}

type Extension = Partial<NonNullable<PolicyJson["KALIUM_BENCH"]>>;

interface Notes {
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

function buildLocal(
  element: LocalGraphJson,
  { normalise, path, notes }: { readonly normalise: Normalisation; readonly path: JsonPath; readonly notes: Notes },
): LocalPolicy {
  const { normalise: own, ...extension } = element.KALIUM_BENCH ?? {};
  const local = {
    function: element.NAME,
    normalise: own ?? normalise,
    ...buildEvents(element.EVENTID, extension.events, { path, notes }),
    graph: buildGraph(element, extension, { path, extensionPath: [...path, "KALIUM_BENCH"], notes }),
  };
  warnAboutIds(local, path, notes.warnings);
  return local;
}

/** Ids that the map and the graph do not share. A virtual entry has one that no event has; a second is a slip. */
function warnAboutIds(
  { eventIds, graph }: Pick<GraphPolicy, "eventIds" | "graph">,
  path: JsonPath,
  warnings: Problem[],
): void {
  const mapped = new Set(eventIds.values());
  const used = new Set(graph.nodes.map(({ id }) => id));
  const nodesPath = [...path, "ns"];
  for (const [index, { id, count }] of graph.nodes.entries()) {
    if (!mapped.has(id) && count > 0) {
      warnings.push({ path: [...nodesPath, index, "id"], message: `no event in EVENTID has the id ${id}` });
    }
    const twin = graph.successors[index]?.find(
      (next) => next !== endOfFlow && next !== index && graph.nodes[next]?.id === id,
    );
    if (twin !== undefined) {
      const message = `node ${twin} follows with the same id ${id}, so the event never leads to it`;
      warnings.push({ path: [...nodesPath, index], message });
    }
  }
  for (const id of mapped) {
    if (!used.has(id))
      warnings.push({ path: nodesPath, message: `no node for event id ${id}: its events are always denied` });
  }
}

const whitelistsOf = (json: {
  readonly URL: readonly string[];
  readonly IP: readonly string[];
  readonly IO: readonly string[];
  readonly IOR: number;
  readonly NETR: number;
}): Whitelists => ({
  urls: json.URL,
  ips: json.IP,
  files: json.IO,
  fileRate: json.IOR,
  networkRate: json.NETR,
});
