import { V1Pod } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { takeEvent } from "./readable-informer.ts";
import { readableAnswer, readableObject } from "./readable-object.ts";

const metadata = { name: "a", namespace: "b" };
const unheard = (error: unknown): never => {
  throw new Error("nothing fails here", { cause: error });
};

test("keeps fields of their type and those that no type names, and leaves out the others", () => {
  const pod = {
    metadata: { ...metadata, labels: { x: "1", y: 2 }, uid: 5 },
    spec: { containers: [{ name: "c" }, 7] },
    z: 1,
  };
  const kept = { metadata: { ...metadata, labels: { x: "1" } }, spec: { containers: [{ name: "c" }] }, z: 1 };
  expect(readableObject(pod, "V1Pod")).toEqual(kept);
  expect(readableAnswer(Object.assign(new V1Pod(), pod))).toEqual(kept);
  expect(readableAnswer("text")).toBe("text");
});

test("what is required is there, if empty", () => {
  expect(readableObject({ spec: { containers: null } }, "V1Pod")).toEqual({ spec: { containers: [] } });
  expect(readableObject({}, "V1EndpointSlice")).toEqual({ endpoints: [] });
  expect(readableObject({ items: null }, "V1PodList")).toEqual({ items: [] });
});

test.each([null, "x", [], { metadata: null }, { metadata: { name: "a" } }, { metadata: { name: "", namespace: "b" } }])(
  "the object %j of a watch is left",
  (object) => {
    const taken: unknown[] = [];
    takeEvent({ phase: "ADDED", object, type: "V1Pod" }, (_, pod) => taken.push(pod), unheard);
    expect(taken).toEqual([]);
  },
);

test("an event that cannot be handled ends the watch, which hears why", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const failing = (): never => {
    throw new Error("mine");
  };
  takeEvent({ phase: "ADDED", object: { metadata }, type: "V1Pod" }, failing, resolve);
  expect(String(await promise)).toBe("Error: mine");
  takeEvent({ phase: "ERROR", object: null, type: "V1Pod" }, (_, status) => expect(status).toEqual({}), unheard);
});
