import { expect, test } from "vitest";
import type { GuardEventName } from "../../contracts/system.ts";
import { eventNames } from "../../kalium/core/event.ts";
import type { InstanceStatus } from "../../kalium/proxy/instance.ts";
import { guardProblem } from "../../guards/embedded/block.ts";

/** Of each event, none but invocations and their ends. */
const eventsOf = (gete: number, ende: number): InstanceStatus["events"] => {
  const none = Object.fromEntries(eventNames.map((name) => [name, 0])) as Record<GuardEventName, number>;
  return { ...none, GETE: gete, ENDE: ende };
};

const status = (more: Partial<InstanceStatus> = {}): InstanceStatus => ({
  function: "f",
  hasPolicy: true,
  connected: true,
  instance: "f-1",
  connections: 1,
  strangers: 0,
  openRequests: 0,
  events: eventsOf(5, 5),
  denied: 0,
  deniedBeginnings: 0,
  reasons: {},
  anomalies: 0,
  lastDenials: [],
  ...more,
});

test("a guard that saw every call of the pod that was measured has no problem", () => {
  expect(guardProblem([status()], { calls: 5, pods: ["f-1"] })).toBeUndefined();
  expect(guardProblem([status()], { calls: 5 })).toBeUndefined(); // this machine's own instances have no pod
});

test.each([
  ["was connected to 2 times instead of once", { connections: 2 }],
  ["refused 1 connections of another instance of the function", { strangers: 1 }],
  ["guarded f-0 instead of f-1", { instance: "f-0" }],
  ["saw 4 invocations of 5", { events: eventsOf(4, 4) }],
])("%s", (problem, more) => {
  expect(guardProblem([status(more)], { calls: 5, pods: ["f-1"] })).toBe(problem);
});
