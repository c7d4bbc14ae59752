import { type GuardEvent, type EventName } from "../core/event.ts";
import { flowGraph } from "../core/flow-graph.ts";
import { eventHash } from "../core/hash.ts";
import type { GraphPolicy, LocalPolicy, Policy } from "../core/policy.ts";

/** An event written as `function NAME url`, such as `cart SEND db`; the method is GET. */
export function eventOf(text: string, ids: { readonly session?: string; readonly instance?: string } = {}): GuardEvent {
  const [of = "", name = "", url = ""] = text.split(" ");
  return {
    function: of,
    name: name as EventName,
    url,
    method: "GET",
    peerAddress: "10.0.0.1",
    peerPort: 80,
    hasBody: false,
    sessionId: ids.session ?? "s1",
    instanceId: ids.instance ?? "i1",
  };
}

/**
 * A graph policy over events written as in `eventOf`. Node 0 is a virtual entry; `flows` lists the edges between events
 * as `a > b > c`, each flow begins at an entry and ends on a terminal; `counts` is 1 where it says nothing.
 */
export function graphPolicy(flows: readonly string[], counts: Readonly<Record<string, number>> = {}): GraphPolicy {
  const paths = flows.map((flow) => flow.split(" > "));
  const names = [...new Set(paths.flat())];
  const indexOf = (name: string): number => names.indexOf(name) + 1;
  const successors: number[][] = Array.from({ length: names.length + 1 }, () => []);
  const link = (from: number, to: number): void => {
    if (from !== to && successors[from]?.includes(to) === false) successors[from].push(to);
  };
  for (const path of paths) path.forEach((name, at) => link(at === 0 ? 0 : indexOf(path[at - 1] ?? ""), indexOf(name)));
  const virtual = { id: names.length, count: 0 };
  return {
    eventIds: new Map(names.map((name, id) => [eventHash(eventOf(name)), id])),
    graph: flowGraph({
      nodes: [virtual, ...names.map((name, id) => ({ id, count: counts[name] ?? 1 }))],
      successors,
      terminals: paths.map((path) => indexOf(path.at(-1) ?? "")),
    }),
    events: new Map(),
  };
}

export const localPolicy = (of: string, ...args: Parameters<typeof graphPolicy>): LocalPolicy => ({
  ...graphPolicy(...args),
  function: of,
  normalise: "host",
});

export const policyWith = (global: GraphPolicy, ...locals: readonly LocalPolicy[]): Policy => ({
  name: "default",
  normalise: "host",
  global,
  locals: new Map(locals.map((local) => [local.function, local])),
  whitelists: { urls: [], ips: [], files: [], fileRate: 1, networkRate: 1 },
  warnings: [],
});
