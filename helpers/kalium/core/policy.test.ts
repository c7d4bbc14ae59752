import { describe, expect, test } from "vitest";
import { type SamplePolicy, samplePolicy } from "../testing/sample-policy.ts";
import { parseLocalPolicy, parsePolicy } from "./policy.ts";
import { maxPolicyBytes } from "./policy-json.ts";

const parse = (change: (policy: SamplePolicy & Record<string, unknown>) => void = () => undefined) => {
  const policy = samplePolicy();
  change(policy);
  return parsePolicy(JSON.stringify(policy), "p.json");
};
const local = (policy: SamplePolicy): Record<string, unknown> => policy.LOCALGRAPH[0] ?? {};

describe("a policy", () => {
  test("has ids by hash, graphs by index, functions by name", () => {
    const { name, global, locals, warnings } = parse();
    expect(name).toBe("default");
    expect(global.eventIds.get(4256792839)).toBe(4);
    expect(global.graph.nodes[3]).toEqual({ id: 3, count: 2 });
    expect(global.graph.successors).toEqual([[1], [2], [3], [4], []]);
    expect(locals.get("test0")?.eventIds.get(1606744180)).toBe(0);
    expect(warnings).toEqual([]);
  });

  test("may spell its graphs in upper case", () => {
    const { locals } = parse((policy) => {
      const graph = local(policy);
      [graph["NS"], graph["ES"]] = [graph["ns"], graph["es"]];
      delete graph["ns"];
      delete graph["es"];
    });
    expect(locals.get("test0")?.graph.successors).toEqual([[1], [2], []]);
  });

  test("edges go by position in ns, whatever the ids; several entries of a source add up; -1 is an end", () => {
    const { global } = parse((policy) => {
      policy.GLOBALGRAPH = {
        ns: [
          { id: 4, cnt: 1 },
          { id: 0, cnt: 1 },
        ],
        es: [
          { "0": 0, "1": [1, -1] },
          { "0": 0, "1": [0] },
        ],
      };
    });
    expect(global.graph.successors).toEqual([[1, -1, 0], []]);
    expect(global.graph.terminals).toEqual([0]);
  });

  test("ignores unknown keys, as the artifact does, but not within our own", () => {
    expect(parse((policy) => void (policy["COMMENT"] = [1])).name).toBe("default");
    expect(() => parse((policy) => void (policy["KALIUM_BENCH"] = { version: 1, entires: [] }))).toThrow(
      'KALIUM_BENCH: Unrecognized key: "entires"',
    );
  });

  test("says in our own key what the artifact's format cannot", () => {
    const { normalise, global } = parse((policy) => {
      policy["KALIUM_BENCH"] = {
        version: 1,
        normalise: "path",
        entries: [0, 2],
        terminals: [4],
        mayBeEmpty: true,
        events: [{ function: "test0", event: "SEND", url: "www.wisc.edu", method: "GET" }],
      };
    });
    expect(normalise).toBe("path");
    expect(global.graph).toMatchObject({ entries: [0, 2], terminals: [4], mayBeEmpty: true });
    expect(global.events.get(1606744180)?.url).toBe("www.wisc.edu");
  });
});

describe("a policy is refused with path and value:", () => {
  const keys = ["NAME", "EVENTID", "GLOBALGRAPH", "LOCALGRAPH", "URL", "IP", "IO", "IOR", "NETR"];
  test.each(keys)("without %s", (key) => {
    expect(() => parse((policy) => Reflect.deleteProperty(policy, key))).toThrow(
      new RegExp(`^p.json is not a policy:\n  ${key}: `),
    );
  });

  test.each<[string, (policy: SamplePolicy & Record<string, unknown>) => void]>([
    ["GLOBALGRAPH.ns: missing, and so is NS", (policy) => delete policy.GLOBALGRAPH["ns"]],
    ["LOCALGRAPH[0].es: missing, and so is ES", (policy) => delete local(policy)["es"]],
    ["LOCALGRAPH[0].NS: differs from ns", (policy) => (local(policy)["NS"] = [])],
    [
      "GLOBALGRAPH.es[0].1[1]: 5 is not a node index",
      (policy) => (policy.GLOBALGRAPH["es"] = [{ "0": 0, "1": [1, 5] }]),
    ],
    ["GLOBALGRAPH.es[0].0: 9 is not a node index", (policy) => (policy.GLOBALGRAPH["es"] = [{ "0": 9, "1": [1] }])],
    [
      "GLOBALGRAPH.es[0].1[0]: Too small: expected number to be >=-1, not -2",
      (policy) => (policy.GLOBALGRAPH["es"] = [{ "0": 0, "1": [-2] }]),
    ],
    [
      "EVENTID[0].h: Too big: expected number to be <=4294967295, not 4294967296",
      (policy) => (policy.EVENTID = [{ h: 2 ** 32, e: 0 }]),
    ],
    ["EVENTID[0].e", (policy) => (policy.EVENTID = [{ h: 1, e: -1 }])],
    ["GLOBALGRAPH.ns[0].cnt", (policy) => (policy.GLOBALGRAPH["ns"] = [{ id: 1, cnt: 0.5 }])],
    ["GLOBALGRAPH.ns[0].cnt", (policy) => (policy.GLOBALGRAPH["ns"] = [{ id: 1, cnt: 2 ** 31 }])],
    ['LOCALGRAPH[1].NAME: a second graph of "test0"', (policy) => policy.LOCALGRAPH.push(local(policy))],
    [
      "KALIUM_BENCH.entries[0]: 7 is not a node index",
      (policy) => (policy["KALIUM_BENCH"] = { version: 1, entries: [7] }),
    ],
    ["KALIUM_BENCH.version", (policy) => (policy["KALIUM_BENCH"] = { version: 2 })],
    [
      'KALIUM_BENCH.normalise: Invalid option: expected one of "host"|"legacy"|"path", not "url"',
      (policy) => (policy["KALIUM_BENCH"] = { version: 1, normalise: "url" }),
    ],
    [
      'LOCALGRAPH[0].KALIUM_BENCH.normalise: "path", but the whole policy has "host"',
      (policy) => (local(policy)["KALIUM_BENCH"] = { normalise: "path" }),
    ],
    [
      "KALIUM_BENCH.events[0]: its hash is ",
      (policy) =>
        (policy["KALIUM_BENCH"] = { version: 1, events: [{ function: "f", event: "SEND", url: "h", method: "GET" }] }),
    ],
  ])("%s", (message, change) => {
    expect(() => parse(change)).toThrow(message);
  });

  test.each(["", "{", "[]", "null", '"x"', "{}"])("%j", (text) => {
    expect(() => parsePolicy(text, "p.json")).toThrow("p.json is not a policy");
  });

  test("larger than the artifact can read", () => {
    expect(() => parsePolicy(" ".repeat(maxPolicyBytes + 1), "p.json")).toThrow("10737419 characters");
  });

  test("nested too deeply to be shown", () => {
    expect(() => parsePolicy("[".repeat(150_000) + "]".repeat(150_000), "p.json")).toThrow("expected object");
  });

  test("more faults than can be listed", () => {
    const edges = [{ "0": 0, "1": Array<number>(150_000).fill(-7) }];
    expect(() => parse((policy) => (policy.GLOBALGRAPH["es"] = edges))).toThrow("p.json is not a policy");
  });

  test("many faults at once: five are shown", () => {
    expect(() => parsePolicy("{}", "p.json")).toThrow("and 4 more");
  });
});

describe("a policy is read with a warning:", () => {
  test.each<[string, (policy: SamplePolicy & Record<string, unknown>) => void]>([
    ['NAME: "other": controllers look up "default" only', (policy) => (policy.NAME = "other")],
    [
      "EVENTID[5].h: hash 1812729574 is repeated; its id 3 replaces 0",
      (policy) => policy.EVENTID.push({ h: 1812729574, e: 3 }),
    ],
    ["GLOBALGRAPH.ns: no node for event id 9", (policy) => policy.EVENTID.push({ h: 1, e: 9 })],
    ["GLOBALGRAPH.ns[4].id: no event in EVENTID has the id 4", (policy) => policy.EVENTID.pop()],
    ["GLOBALGRAPH: no nodes", (policy) => (policy.GLOBALGRAPH = { ns: [], es: [] })],
    ["node 0 has 21 successors", (policy) => (policy.GLOBALGRAPH["es"] = [{ "0": 0, "1": Array<number>(21).fill(1) }])],
    [
      "GLOBALGRAPH.ns[1]: node 2 follows with the same id 1",
      (policy) => {
        policy.GLOBALGRAPH["ns"] = [0, 1, 1, 3, 4].map((id) => ({ id, cnt: 1 }));
      },
    ],
  ])("%s", (message, change) => {
    expect(parse(change).warnings.join("\n")).toContain(message);
  });

  test("and the last id of a repeated hash counts", () => {
    expect(parse((policy) => void policy.EVENTID.push({ h: 1812729574, e: 3 })).global.eventIds.get(1812729574)).toBe(
      3,
    );
  });
});

describe("the document of one function", () => {
  const document = () => ({ URL: [], IO: [], IP: [], IOR: 1, NETR: 1, GRAPH: local(samplePolicy()) });

  test("is what the artifact's controller sends", () => {
    const policy = parseLocalPolicy(JSON.stringify(document()), "POLICY_ADD");
    expect(policy).toMatchObject({ function: "test0", normalise: "host" });
    expect(policy.graph.nodes).toHaveLength(3);
  });

  test.each(["URL", "IP", "IO", "IOR", "NETR", "GRAPH"])("needs %s", (key) => {
    const partial: Record<string, unknown> = document();
    Reflect.deleteProperty(partial, key);
    expect(() => parseLocalPolicy(JSON.stringify(partial), "POLICY_ADD")).toThrow(
      `POLICY_ADD is not a policy:\n  ${key}`,
    );
  });
});
