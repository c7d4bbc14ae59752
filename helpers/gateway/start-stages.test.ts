import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startStagesOf, watchStart } from "./start-stages.ts";

const driver = { networkNs: 10, createNs: 20, runtimeNs: 30 };
const sum = (stages: object): number => Object.values(stages).reduce((total: number, ns) => total + Number(ns), 0);

test.each([
  ["in between", 85, { programNs: 25, answerNs: 15 }],
  ["before its runtime was seen to run", 50, { programNs: 0, answerNs: 40 }],
  ["never told", Infinity, { programNs: 40, answerNs: 0 }],
] as const)("stages add up to the start, with a function that listens %s", (_, listensNs, rest) => {
  const stages = startStagesOf(driver, { startNs: 100, listensNs });
  expect(stages).toEqual({ ...driver, ...rest });
  expect(sum(stages)).toBe(100);
});

test("a start has stages where its driver looked, and only its length where it did not", () => {
  const watch = watchStart(new AbortController().signal);
  expect(Object.keys(watch.started(undefined))).toEqual(["startNs"]);
  const { startNs, stages } = watch.started({ networkNs: 0, createNs: 0, runtimeNs: 0 });
  expect(sum(stages ?? {})).toBe(startNs);
});

test("a function listens when it says so, or when the connection is open on which it answers", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const none = { networkNs: 0, createNs: 0, runtimeNs: 0 };

  const silent = watchStart(new AbortController().signal);
  const socket = silent.connect({ host: "127.0.0.1", port });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  await nextNs();
  const heard = silent.started(none);
  expect(heard.stages?.programNs).toBeGreaterThan(0);
  expect(heard.stages?.answerNs).toBeGreaterThan(0);

  const says = new AbortController();
  const told = watchStart(says.signal);
  await nextNs();
  says.abort();
  await nextNs();
  const { stages } = told.started(none);
  expect(stages?.programNs).toBeGreaterThan(0);
  expect(stages?.answerNs).toBeGreaterThan(0);
});

/** The clock has gone on. */
const nextNs = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
