import { expect, test } from "vitest";
import { createFunctionLog, type LogLine } from "./function-log.ts";

const never = new AbortController().signal;
const all = async (lines: AsyncIterable<LogLine>): Promise<string[]> => {
  const texts: string[] = [];
  for await (const { text } of lines) texts.push(text);
  return texts;
};

test("gives the last lines, by instance and time", async () => {
  const log = createFunctionLog("f", "ns");
  log.append("a", "one");
  log.append("b", "two");
  log.append("a", "three");
  expect(await all(log.read({ follow: false }, never))).toEqual(["one\n", "two\n", "three\n"]);
  expect(await all(log.read({ follow: false, tail: 1 }, never))).toEqual(["three\n"]);
  expect(await all(log.read({ follow: false, instance: "b" }, never))).toEqual(["two\n"]);
  expect(await all(log.read({ follow: false, since: new Date(Date.now() + 60_000) }, never))).toEqual([]);
});

test("keeps a bounded number of lines of a bounded length", async () => {
  const log = createFunctionLog("f", "ns");
  for (let n = 0; n < 20_000; n += 1) log.append("a", String(n));
  log.append("a", "x".repeat(1e6));
  const texts = await all(log.read({ follow: false }, never));
  expect(texts.length).toBeLessThan(6_000);
  expect(texts.at(-2)).toBe("19999\n");
  expect(texts.at(-1)?.length).toBeLessThan(10_000);
});

test("keeps two megabytes of long lines, the last ones", async () => {
  const log = createFunctionLog("f", "ns");
  for (let n = 0; n < 2_000; n += 1) log.append("a", `${n} ${"x".repeat(8_000)}`);
  const texts = await all(log.read({ follow: false }, never));
  expect(texts.join("").length).toBeLessThan(2.1e6);
  expect(texts.length).toBeGreaterThan(200);
  expect(texts.at(-1)?.slice(0, 5)).toBe("1999 ");
  expect(texts.map((text) => Number.parseInt(text, 10))).toEqual(texts.map((_, at) => 2_000 - texts.length + at));
});

test("follows until it is closed, and loses nothing that was appended before", async () => {
  const log = createFunctionLog("f", "ns");
  log.append("a", "before");
  const following = all(log.read({ follow: true }, never));
  setTimeout(() => {
    log.append("a", "while");
    log.append("a", "last");
    log.close();
  }, 5);
  expect(await following).toEqual(["before\n", "while\n", "last\n"]);
});

test("follows until its reader has gone", async () => {
  const log = createFunctionLog("f", "ns");
  expect(await all(log.read({ follow: true }, AbortSignal.timeout(20)))).toEqual([]);
});
