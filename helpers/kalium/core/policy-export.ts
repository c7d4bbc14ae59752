/** Policies as JSON text, for our controller and guards and for the artifact's `ctr`. */
import { KaliumError } from "../../base/errors.ts";
import { endOfFlow, maxSuccessors } from "./flow-graph.ts";
import { maxPolicyBytes } from "./policy-json.ts";
import type { GraphPolicy, LocalPolicy, Policy } from "./policy.ts";

/**
 * The policy file, which the artifact's `ctr` can read too: both spellings, name `default`, no end-of-flow edges (they
 * crash it; terminals are under `KALIUM_BENCH`).
 * @throws {KaliumError} E_POLICY for what would crash it: more than 20 successors, no node, a name beyond ASCII, its size
 */
export function ctrPolicy(policy: Policy): string {
  checkForCtr("the global graph", policy.global);
  for (const local of policy.locals.values()) {
    checkForCtr(`the graph of ${local.function}`, local);
    if (!/^[!-9;-~]+$/.test(local.function)) refuse(`the name of a function is ${JSON.stringify(local.function)}`);
  }
  const text = policyDocument({ ...policy, name: "default" });
  const { length } = new TextEncoder().encode(text);
  if (length > maxPolicyBytes) refuse(`the file has ${length} bytes, more than ${maxPolicyBytes}`);
  return text;
}

function checkForCtr(what: string, { graph }: GraphPolicy): void {
  if (graph.nodes.length === 0) refuse(`${what} has no nodes`);
  for (const [index, successors] of graph.successors.entries()) {
    const { length } = successors.filter((next) => next !== endOfFlow);
    if (length > maxSuccessors) refuse(`node ${index} of ${what} has ${length} successors, more than ${maxSuccessors}`);
  }
}

function refuse(reason: string): never {
  throw new KaliumError("E_POLICY", `the artifact's ctr cannot load this policy: ${reason}`, {
    hint: "Use our controller, which has no such limit, or normalise URLs so that several events become one.",
  });
}

/** The policy file, whatever its size and names, one line per function. */
export function policyDocument(policy: Policy): string {
  const { whitelists, global, locals } = policy;
  const head = JSON.stringify({
    NAME: policy.name,
    EVENTID: eventIdsJson(global),
    URL: whitelists.urls,
    IP: whitelists.ips,
    IO: whitelists.files,
    IOR: whitelists.fileRate,
    NETR: whitelists.networkRate,
    GLOBALGRAPH: graphJson(global),
    KALIUM_BENCH: { version: 1, normalise: policy.normalise, ...extensionJson(global) },
  });
  const elements = [...locals.values()].map((local) => `\n${JSON.stringify(localJson(local))}`);
  return `${head.slice(0, -1)},"LOCALGRAPH":[${elements.join(",")}]}\n`;
}

/** What the controller sends to the guard of a function, with the members in `ctr`'s order; absent: it has no policy. */
export function localDocument({ locals, whitelists }: Policy, of: string): string | undefined {
  const local = locals.get(of);
  if (local === undefined) return undefined;
  return JSON.stringify({
    URL: whitelists.urls,
    IO: whitelists.files,
    IP: whitelists.ips,
    IOR: whitelists.fileRate,
    NETR: whitelists.networkRate,
    GRAPH: localJson(local),
  });
}

const localJson = (local: LocalPolicy) => ({
  NAME: local.function,
  EVENTID: eventIdsJson(local),
  ...graphJson(local),
  KALIUM_BENCH: { normalise: local.normalise, ...extensionJson(local) },
});

const eventIdsJson = ({ eventIds }: GraphPolicy) => [...eventIds].map(([h, e]) => ({ h, e }));

/** C++ readers want the lower case, Go readers the upper. */
function graphJson({ graph }: GraphPolicy) {
  const ns = graph.nodes.map(({ id, count }) => ({ id, cnt: count }));
  const es = graph.successors.flatMap((successors, source) => {
    const targets = successors.filter((next) => next !== endOfFlow);
    return targets.length === 0 ? [] : [{ "0": source, "1": targets }];
  });
  return { ns, es, NS: ns, ES: es };
}

const extensionJson = ({ graph, events }: GraphPolicy) => ({
  entries: graph.entries,
  terminals: graph.terminals,
  mayBeEmpty: graph.mayBeEmpty,
  events: [...events.values()].map(({ function: of, name, url, method }) => ({
    function: of,
    event: name,
    url,
    method,
  })),
});
