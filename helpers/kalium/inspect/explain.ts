/** Why a trace is denied, in words: which graph, at which node, what it would have allowed. */
import { eventText } from "../core/event.ts";
import { maxSuccessors } from "../core/flow-graph.ts";
import type { LevelCheck } from "../core/level-check.ts";
import { eventHash } from "../core/hash.ts";
import type { GraphPolicy, Policy } from "../core/policy.ts";
import type { Reason } from "../core/reason.ts";
import type { ReplayedEvent } from "../learn/replay.ts";
import type { TraceEvent } from "../learn/trace.ts";
import { followers, nodeName } from "./node-names.ts";

interface Denial {
  readonly level: "local" | "global";
  readonly check: Pick<LevelCheck, "verdict" | "reason"> & Partial<LevelCheck>;
}

/** The graphs that deny an event, the local one first. */
export function denialsOf({ record, note }: ReplayedEvent): readonly Denial[] {
  const checks = [
    { level: "local" as const, check: record.local },
    { level: "global" as const, check: record.global ?? note },
  ];
  return checks.flatMap(({ level, check }) => (check?.verdict === "deny" ? [{ level, check }] : []));
}

/** One or two sentences per graph that denies the event; none for an event that is allowed. */
export function explainDenial(policy: Policy, replayed: ReplayedEvent): readonly string[] {
  const { event } = replayed;
  return denialsOf(replayed).map(({ level, check }) => {
    const graph = level === "global" ? policy.global : policy.locals.get(event.function);
    const name = level === "global" ? "The global graph" : `The graph of ${event.function}`;
    if (graph === undefined) return `There is no policy for ${event.function} (no-policy).`;
    return `${name} ${sentence(check.reason, { graph, event, at: check.nodeBefore ?? -1 })} (${check.reason}).`;
  });
}

interface Place {
  readonly graph: GraphPolicy;
  readonly event: TraceEvent;
  /** Node before the event. */
  readonly at: number;
}

function sentence(reason: Reason, { graph, event, at }: Place): string {
  const here = nodeName(graph, at);
  const next = listOf(followers(graph, at).map((node) => nodeName(graph, node)));
  switch (reason) {
    case "unknown-event":
      return `does not know this event, hash ${eventHash(event)}${similar(graph, event)}`;
    case "no-edge":
      return `is at "${here}", after which come ${next}`;
    case "not-entry":
      return `lets a flow begin with ${listOf(graph.graph.entries.map((node) => nodeName(graph, node)))}`;
    case "count-exhausted":
      return `is at "${here}" and allows this event ${allowedTimes(graph, event)} until its next reset`;
    case "not-terminal":
      return `is at "${here}", but a flow ends after ${listOf(graph.graph.terminals.map((node) => nodeName(graph, node)))}`;
    case "no-policy":
      return `has no nodes, or more than ${maxSuccessors} successors at one: nothing can pass it`;
    default:
      return "denies it";
  }
}

function allowedTimes(graph: GraphPolicy, event: TraceEvent): string {
  const id = graph.eventIds.get(eventHash(event));
  const counts = graph.graph.nodes.flatMap((node) => (node.id === id ? [node.count] : []));
  return `${counts.join(" or ")} time${counts.at(-1) === 1 ? "" : "s"}`;
}

/** Known events of the same kind to the same host help to see a changed path. */
function similar({ events }: GraphPolicy, { function: of, name, url }: TraceEvent): string {
  const hostOf = (text: string): string => text.split("/", 1)[0] ?? "";
  const near = [...events.values()].filter(
    (known) => known.function === of && known.name === name && hostOf(known.url) === hostOf(url),
  );
  return near.length === 0 ? "" : `; to the same host it knows ${listOf(near.map(eventText))}`;
}

const shown = 5;
function listOf(names: readonly string[]): string {
  if (names.length === 0) return "nothing";
  const more = names.length > shown ? ` and ${names.length - shown} more` : "";
  return (
    names
      .slice(0, shown)
      .map((name) => `"${name}"`)
      .join(", ") + more
  );
}
