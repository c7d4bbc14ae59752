import { expect, test } from "vitest";
import { readGreeting, readHookEvent } from "./hook-message.ts";

const event = { id: 1, request: "1", session: "s", event: "GETE" };

test("reads a greeting and events", () => {
  expect(readGreeting('{"token":"secret"}')).toBe("secret");
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
  for (const line of ["{}", '{"token":1}', '{"token":"a","more":1}', JSON.stringify(event)]) {
    expect(readGreeting(line)).toBeUndefined();
  }
});
