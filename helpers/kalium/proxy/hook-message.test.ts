import { expect, test } from "vitest";
import { readGreeting, readHookEvent } from "./hook-message.ts";

const event = { id: 1, request: "1", session: "s", event: "GETE" };

test("reads a greeting and events", () => {
  expect(readGreeting('{"token":"secret","instance":"f-1"}')).toEqual({ token: "secret", instance: "f-1" });
  expect(readHookEvent(JSON.stringify(event))).toEqual(event);
  const timings = [{ id: 0, eventConstructionNs: 1, checkTotalNs: 2, syscallTotalNs: 3 }];
  expect(readHookEvent(JSON.stringify({ ...event, timings }))).toEqual({ ...event, timings });
});

test.each([
  "",
  "{",
  "null",
  "[]",
  JSON.stringify({ ...event, event: "CHCK" }),
  JSON.stringify({ ...event, id: "1" }),
  JSON.stringify({ ...event, request: "" }),
  JSON.stringify({ ...event, hasBody: 1 }),
  JSON.stringify({ ...event, verdict: "allow" }),
  JSON.stringify({ ...event, path: "x".repeat(20_000) }),
])("takes nothing else for an event: %s", (line) => {
  expect(readHookEvent(line)).toBeUndefined();
});

test("takes nothing else for a greeting", () => {
  const greetingWithMore = '{"token":"a","instance":"f-1","more":1}';
  for (const line of ["{}", '{"token":"a"}', '{"token":"a","instance":""}', greetingWithMore, JSON.stringify(event)]) {
    expect(readGreeting(line)).toBeUndefined();
  }
});

test("10,000 damaged lines: no error, and what is still an event is a whole one", () => {
  const line = JSON.stringify({ ...event, method: "GET", path: "/a", peer: "10.0.0.1:80", hasBody: true });
  let events = 0;
  for (let index = 0; index < 10_000; index++) {
    const at = (index * 7) % line.length;
    const damaged = line.slice(0, at) + String.fromCharCode(index % 128) + line.slice(at + 1 + (index % 3));
    const read = readHookEvent(damaged);
    if (read === undefined) continue;
    events++;
    expect([typeof read.id, read.request === "", read.event in { GETE: 0, SEND: 0, RESP: 0, ENDE: 0 }]).toEqual([
      "number",
      false,
      true,
    ]);
  }
  expect(events).toBeGreaterThan(100); // else the damage is too great to reach anything
});
