import { describe, expect, test } from "vitest";
import { eventOf } from "../testing/graphs.ts";
import { collectTraces, roundsOf } from "./trace.ts";

const at = (text: string, session: string, instance = "i1") => eventOf(text, { session, instance });

describe("events in order of arrival", () => {
  test("become a trace per session, in order, however sessions interleave", () => {
    const traces = collectTraces([at("f GETE /", "a"), at("f GETE /", "b"), at("f SEND x", "a"), at("f ENDE /", "b")]);
    expect(traces.map(({ request, round, events }) => [request, round, events.map(({ name }) => name)])).toEqual([
      ["a", 1, ["GETE", "SEND"]],
      ["b", 2, ["GETE", "ENDE"]],
    ]);
  });

  test("belong to the invocation that was observed, else to one per instance until its ENDE", () => {
    const events = [
      { ...at("f GETE /", "a"), requestId: "r7" },
      at("g GETE /", "a", "g1"),
      at("g GETE /", "a", "g2"),
      at("g ENDE /", "a", "g1"),
      at("g GETE /", "a", "g1"),
    ];
    expect(collectTraces(events)[0]?.events.map(({ invocation }) => invocation)).toEqual([
      "r7",
      "g1/g/1",
      "g2/g/1",
      "g1/g/1",
      "g1/g/2",
    ]);
  });

  test("of one endless session are cut where a request begins", () => {
    const events = ["f GETE /", "f SEND x", "g GETE /", "f GETE /"].map((text) => at(text, "session_id0"));
    const traces = collectTraces(events, { beginsAt: { function: "f", name: "GETE" } });
    expect(traces.map(({ request, events: { length } }) => [request, length])).toEqual([
      ["session_id0#1", 3],
      ["session_id0#2", 1],
    ]);
  });
});

test("rounds come in ascending order with all their traces", () => {
  const traces = [3, 1, 3, 2].map((round, index) => ({ request: `r${index}`, round, events: [] }));
  expect(roundsOf(traces).map((round) => round.map(({ request }) => request))).toEqual([["r1"], ["r3"], ["r0", "r2"]]);
});
