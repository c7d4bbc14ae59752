import { expect, test } from "vitest";
import { createAdmissions } from "./admission.ts";

const call = { method: "POST", path: "/a?b", session: "id-1" };

function start(verdict: "allow" | "deny" = "allow", isNew: (session: string) => boolean = () => false) {
  const events: string[] = [];
  const postponed: (() => void)[] = [];
  const surprises: string[] = [];
  let decided = verdict;
  const admissions = createAdmissions(
    "key",
    ({ id, request, session, event, silent }, waitedNs) => {
      const how = [silent === true && "silent", waitedNs !== undefined && "foreseen"].filter(Boolean).join(" ");
      events.push(`${id} ${event} ${request} ${session} ${how}`.trimEnd());
      return { verdict: decided, reason: decided === "allow" ? "ok" : "no-edge", isClean: decided === "allow" };
    },
    {
      isNew,
      later: (decision) => void postponed.push(decision),
      onSurprise: () => void surprises.push(events.at(-1) ?? ""),
    },
  );
  /** Whether an end that the hook tells is an event. */
  const ends = (request: string): boolean =>
    !admissions.isEnded({ id: 1, request, session: "id-1", event: "ENDE", silent: true });
  const settle = (): void => {
    for (const decision of postponed.splice(0)) decision();
  };
  const change = (to: typeof verdict): void => void (decided = to);
  return { events, ends, settle, surprises, change, ...admissions };
}

const values = (admit: ReturnType<typeof start>["admit"], calls: readonly (typeof call)[]) =>
  calls.map((each) => admit(each)?.value);

test("a verdict is foreseen for a new session when an equal call of a new session was allowed, and decided later", () => {
  const { admit, events, settle, surprises } = start("allow", (session) => session !== "known");
  const calls = [
    { ...call, session: "known" },
    call,
    { ...call, session: "id-2" },
    { ...call, session: "known" },
    { ...call, method: "PUT", session: "id-3" },
    { ...call, path: "/b", session: "id-4" },
  ];
  expect(values(admit, calls)).toEqual([
    "key g1 known allow ok POST /a?b",
    "key g2 id-1 allow ok POST /a?b",
    "key g3 id-2 allow ok POST /a?b",
    "key g4 known allow ok POST /a?b",
    "key g5 id-3 allow ok PUT /a?b",
    "key g6 id-4 allow ok POST /b",
  ]);
  const others = events.splice(0);
  settle();
  expect([others, events]).toEqual([
    ["-1 GETE g1 known", "-2 GETE g2 id-1", "-4 GETE g4 known", "-5 GETE g5 id-3", "-6 GETE g6 id-4"],
    ["-3 GETE g3 id-2 foreseen"],
  ]);
  expect(surprises).toEqual([]);
});

test("a denial is never foreseen", () => {
  const { admit, events } = start("deny", () => true);
  values(admit, [call, call]);
  expect(events).toEqual(["-1 GETE g1 id-1", "-2 GETE g2 id-1"]);
});

test("a decision that is not the foreseen one is a surprise", () => {
  const { admit, settle, surprises, change, events } = start("allow", () => true);
  values(admit, [call, call]);
  change("deny");
  settle();
  expect(surprises).toEqual(["-2 GETE g2 id-1 foreseen"]);
  expect(events).toHaveLength(2);
});

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
