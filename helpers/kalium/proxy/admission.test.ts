import { expect, test } from "vitest";
import { createAdmissions } from "./admission.ts";

const call = { method: "POST", path: "/a?b", session: "id-1" };

function start(verdict: "allow" | "deny" = "allow") {
  const events: string[] = [];
  const admissions = createAdmissions("key", ({ id, request, session, event, silent }) => {
    events.push(`${id} ${event} ${request} ${session}${silent === true ? " silent" : ""}`);
    return { verdict, reason: verdict === "allow" ? "ok" : "no-edge" };
  });
  /** Whether an end that the hook tells is an event. */
  const ends = (request: string): boolean =>
    !admissions.isEnded({ id: 1, request, session: "id-1", event: "ENDE", silent: true });
  return { events, ends, ...admissions };
}

test("a call gets a verdict of its own, which names what it is about", () => {
  const { admit, events } = start();
  expect(admit(call)?.value).toBe("key g1 id-1 allow ok POST /a?b");
  expect(admit({ ...call, session: undefined })?.value).toBe("key g2 none-g2 allow ok POST /a?b");
  expect(events).toEqual(["-1 GETE g1 id-1", "-2 GETE g2 none-g2"]);
});

test("a call that was turned away ends once, whatever the hook says of it", () => {
  const { admit, ends, events } = start();
  const { turnedAway } = admit(call) ?? {};
  turnedAway?.();
  turnedAway?.();
  expect([ends("g1"), events]).toEqual([false, ["-1 GETE g1 id-1", "-2 ENDE g1 id-1 silent"]]);
});

test("a call whose end the hook has told is not turned away any more", () => {
  const { admit, ends, events } = start();
  const { turnedAway } = admit(call) ?? {};
  expect(ends("g1")).toBe(true);
  turnedAway?.();
  expect(events).toEqual(["-1 GETE g1 id-1"]);
});

test("neither a call that was denied nor one of before the reset has an end", () => {
  const denied = start("deny");
  denied.admit(call)?.turnedAway();
  expect(denied.events).toEqual(["-1 GETE g1 id-1"]);
  const { admit, reset, events } = start();
  const { turnedAway } = admit(call) ?? {};
  reset();
  turnedAway?.();
  expect(events).toEqual(["-1 GETE g1 id-1"]);
});

test("what the hook says of its own requests, and before the end, is an event", () => {
  const { admit, ends, isEnded } = start();
  admit(call)?.turnedAway();
  expect(ends("1")).toBe(true);
  expect(isEnded({ id: 1, request: "g1", session: "id-1", event: "SEND" })).toBe(false);
});
