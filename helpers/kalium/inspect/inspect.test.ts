import { describe, expect, test } from "vitest";
import { createLearner } from "../learn/learner.ts";
import { firstDenial, replay } from "../learn/replay.ts";
import type { Trace, TraceEvent } from "../learn/trace.ts";
import { eventHash } from "../core/hash.ts";
import { eventOf, graphPolicy, policyWith } from "../testing/graphs.ts";
import { diffPolicies, same } from "./diff-policies.ts";
import { drawGraph } from "./draw-graph.ts";
import { explainDenial } from "./explain.ts";

/** Events as `function NAME url`; one invocation per function. */
const trace = (...events: readonly string[]): Trace => ({
  request: "r",
  round: 1,
  events: events.map((text): TraceEvent => {
    const [of = "", name = "", url = ""] = text.split(" ");
    return { function: of, name: name as TraceEvent["name"], url, method: "GET", invocation: of };
  }),
});
const learn = (...traces: readonly Trace[]) => {
  const learner = createLearner({ semantics: "strict", normalise: "path" });
  for (const each of traces) learner.add(each);
  return learner.policy();
};

const policy = learn(trace("f GETE /", "f SEND a", "f SEND b", "f ENDE /"));

describe("a denial is explained:", () => {
  const explain = (...events: readonly string[]): string => {
    const denied = firstDenial(replay(policy, trace(...events), "strict"));
    return denied === undefined ? "allowed" : explainDenial(policy, denied).join("\n");
  };

  test.each([
    [["f GETE /", "f SEND b"], 'The graph of f is at "f GETE / GET", after which come "f SEND a GET" (no-edge).'],
    [["f SEND a"], 'The graph of f lets a flow begin with "f GETE / GET" (not-entry).'],
    [
      ["f GETE /", "f SEND a", "f SEND a"],
      'The graph of f is at "f SEND a GET" and allows this event 1 time until its next reset (count-exhausted).',
    ],
    [
      ["f GETE /", "f ENDE /"],
      'The graph of f is at "f GETE / GET", but a flow ends after "f SEND b GET" (not-terminal).\n' +
        'The global graph is at "f GETE / GET", but a flow ends after "f SEND b GET" (not-terminal).',
    ],
    [["f GETE /", "f SEND c"], /^The graph of f does not know this event, hash \d+ \(unknown-event\)\.$/],
    [["f GETE /", "f SEND a/secret"], /hash \d+; to the same host it knows "f SEND a GET" \(unknown-event\)/],
    [["g GETE /"], "There is no policy for g (no-policy)."],
    [["f GETE /", "f SEND a", "f SEND b", "f ENDE /"], "allowed"],
  ])("%j", (events, expected) => {
    expect(explain(...events)).toEqual(typeof expected === "string" ? expected : expect.stringMatching(expected));
  });

  test("by the global graph, where the local one allows", () => {
    const locals = [...policy.locals.values()];
    const strict = policyWith(graphPolicy(["f SEND a > f GETE /"]), ...locals);
    const denied = firstDenial(replay(strict, trace("f GETE /"), "strict"));
    expect(denied && explainDenial(strict, denied)).toEqual([
      `The global graph lets a flow begin with "hash ${eventHash(eventOf("f SEND a"))}" (not-entry).`,
    ]);
  });
});

describe("two policies", () => {
  test("that learnt the same in another order are the same", () => {
    const traces = [trace("f GETE /", "f SEND a"), trace("f GETE /", "f SEND b"), trace("g GETE /")];
    expect(same(diffPolicies(learn(...traces), learn(...traces.toReversed())))).toBe(true);
  });

  test("differ in functions, nodes, edges, ends and counts", () => {
    const after = learn(
      trace("f GETE /", "f SEND a", "f SEND b", "f SEND a", "f ENDE /"),
      trace("g GETE /", "g ENDE /"),
    );
    const { functions, graphs } = diffPolicies(policy, after);
    expect(functions).toEqual({ added: ["g"], removed: [] });
    expect(graphs.map(({ graph }) => graph)).toEqual(["global", "f"]);
    expect(graphs[1]).toEqual({
      graph: "f",
      nodes: { added: [], removed: [] },
      edges: { added: ["f SEND b GET > f SEND a GET"], removed: [] },
      entries: { added: [], removed: [] },
      terminals: { added: ["f SEND a GET"], removed: ["f SEND b GET"] },
      counts: [{ node: "f SEND a GET", before: 1, after: 2 }],
    });
  });

  test("differ in what they make of URLs", () => {
    expect(same(diffPolicies(policy, { ...policy, normalise: "host" }))).toBe(false);
  });
});

describe("a picture", () => {
  test("has every event, and is the same for the same graph", async () => {
    const drawn = await drawGraph(policy.global, "All of it");
    for (const text of ["GETE", "GET a", "GET b", "All of it"]) expect(drawn.svg).toContain(`>${text}</text>`);
    expect((await drawGraph(policy.global, "All of it")).svg).toBe(drawn.svg);
    expect([...drawn.png().slice(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
  });

  test("names functions where there are several, and no method where there is none", async () => {
    const [first] = trace("g SEND mysql").events;
    const events = first === undefined ? [] : [{ ...first, method: "0" }];
    const { svg } = await drawGraph(learn(trace("f SEND a"), { request: "s", round: 1, events }).global, "");
    for (const text of ["f SEND", "g SEND", "mysql"]) expect(svg).toContain(`>${text}</text>`);
  });

  test("of hostile names is still a picture with these names", async () => {
    const { svg, png } = await drawGraph(learn(trace("f SEND </text><script>\\N&amp;")).global, "<b>");
    expect(svg).toContain("&lt;/text&gt;&lt;script&gt;\\N&amp;amp;");
    expect(svg).not.toContain("<script>");
    expect(png().length).toBeGreaterThan(1000);
  });

  test("too large to be seen is refused", async () => {
    const many = Array.from({ length: 401 }, (_, index) => `f SEND h${index}`);
    await expect(drawGraph(learn(trace(...many)).global, "")).rejects.toThrow("402 nodes and 401 edges is too large");
  });
});
