import { describe, expect, test } from "vitest";
import { samplePolicy } from "../testing/sample-policy.ts";
import { flowGraph } from "./flow-graph.ts";
import { type Policy, parseLocalPolicy, parsePolicy } from "./policy.ts";
import { ctrPolicy, localDocument, policyDocument } from "./policy-export.ts";

const policy = parsePolicy(JSON.stringify(samplePolicy()), "sample");
const json = (text: string) => JSON.parse(text) as Record<string, Record<string, unknown>>;

const withGlobal = (nodes: number, successors: readonly (readonly number[])[]): Policy => ({
  ...policy,
  global: {
    ...policy.global,
    graph: flowGraph({ nodes: Array.from({ length: nodes }, (_, id) => ({ id, count: 1 })), successors }),
  },
});

test("what is written is read back the same", () => {
  const again = parsePolicy(policyDocument(policy), "again");
  expect(again).toEqual(policy);
});

describe("for the artifact's ctr", () => {
  test("all nine keys and both spellings", () => {
    const written = json(ctrPolicy(policy));
    const keys = ["NAME", "EVENTID", "GLOBALGRAPH", "LOCALGRAPH", "URL", "IP", "IO", "IOR", "NETR"];
    expect(Object.keys(written)).toEqual(expect.arrayContaining(keys));
    expect(written["GLOBALGRAPH"]?.["ns"]).toEqual(written["GLOBALGRAPH"]?.["NS"]);
    expect(Object.keys((written["LOCALGRAPH"] as unknown as object[])[0] ?? {})).toEqual(
      expect.arrayContaining(["NAME", "EVENTID", "ns", "es", "NS", "ES"]),
    );
  });

  test("its name is default, whatever it was", () => {
    expect(json(ctrPolicy({ ...policy, name: "shop" }))["NAME"]).toBe("default");
  });

  test("no end-of-flow edges, but the ends stay known", () => {
    const text = ctrPolicy(withGlobal(2, [[1, -1], [-1]]));
    expect(json(text)["GLOBALGRAPH"]?.["es"]).toEqual([{ "0": 0, "1": [1] }]);
    expect(parsePolicy(text, "again").global.graph.terminals).toEqual([0, 1]);
  });

  test("20 successors beside an end are taken, 21 are refused with the reason", () => {
    const fan = (count: number) => withGlobal(22, [[...Array.from({ length: count }, (_, index) => index + 1), -1]]);
    expect(() => ctrPolicy(fan(20))).not.toThrow();
    expect(() => ctrPolicy(fan(21))).toThrow("node 0 of the global graph has 21 successors, more than 20");
  });

  test("a graph without nodes is refused", () => {
    expect(() => ctrPolicy(withGlobal(0, []))).toThrow("the global graph has no nodes");
  });

  test("a function's name that others hash differently is refused", () => {
    const [local] = policy.locals.values();
    const named: Policy = { ...policy, locals: new Map(local && [["caf\u00e9", { ...local, function: "caf\u00e9" }]]) };
    expect(() => ctrPolicy(named)).toThrow('the name of a function is "café"');
  });
});

describe("the document of a function", () => {
  test("has the members in ctr's order and reads back as the function's policy", () => {
    const text = localDocument(policy, "test0") ?? "";
    expect(Object.keys(json(text))).toEqual(["URL", "IO", "IP", "IOR", "NETR", "GRAPH"]);
    expect(parseLocalPolicy(text, "POLICY_ADD")).toEqual(policy.locals.get("test0"));
  });

  test("is absent for a function without policy", () => {
    expect(localDocument(policy, "test1")).toBeUndefined();
  });
});
