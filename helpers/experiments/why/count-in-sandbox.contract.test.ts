/** gVisor's own trace of a program with known calls. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { gvisor } from "../../runtimes/gvisor.ts";
import {
  askInstance,
  driverOf,
  openTestRun,
  patience,
  specFor,
  untilProbeReady,
} from "../../runtimes/testing/test-run.ts";
import { readInterfaces } from "../../sandboxes/usage/read.ts";
import { countCalls, type Window } from "./count-window.ts";
import { readSentryTrace } from "./count-in-sandbox.ts";

/** Known calls for each question. */
const program = `
import { createServer } from "node:http";
import { fsyncSync, openSync, statSync, writeSync } from "node:fs";
const file = openSync("/tmp/file", "w");
const work = () => {
  for (let i = 0; i < 37; i++) process.ppid;
  for (let i = 0; i < 11; i++) statSync("/");
  for (let i = 0; i < 5; i++) fsyncSync(file);
};
createServer(({ url }, response) => {
  if (url === "/work") work();
  response.end('"done"');
}).listen(Number(process.env["http_port"]), "0.0.0.0");
`;

test("counts by gVisor's own trace are exact, call by call, and a driver knows its part of the start", async ({
  skip,
}) => {
  const run = await openTestRun();
  onTestFinished(() => run[Symbol.asyncDispose]());
  const opened = await gvisor.open(run.settings, patience);
  if (!opened.available) return skip(opened.reason);
  const imageDirectory = join(run.settings.runDirectory, "known");
  await mkdir(imageDirectory);
  await writeFile(join(imageDirectory, "main.ts"), program);
  await chmod(join(imageDirectory, "main.ts"), 0o644);
  const spec = specFor(run, { imageDirectory, traced: true });
  const sandbox = await driverOf(opened).start(spec, patience);
  onTestFinished(() => sandbox.stop(0));
  await untilProbeReady(sandbox);
  const windows: Window[] = [];
  while (windows.length < 3) {
    await sleep(20);
    const fromS = Date.now() / 1e3;
    await askInstance(sandbox, "/work");
    windows.push({ fromS, toS: (Date.now() + 1) / 1e3 }); // it counts whole ms
  }
  await sleep(20);
  const { runDirectory } = run.settings;
  const calls = await readSentryTrace(runDirectory, spec.id, patience);
  const counted = countCalls(calls, windows);
  const of = (call: RegExp): readonly (readonly number[])[] =>
    counted.filter((entry) => call.test(entry.call)).map(({ counts }) => counts);
  expect(of(/^getppid$/)).toEqual([[37, 37, 37]]);
  expect(of(/stat/)).toEqual([[11, 11, 11]]);
  expect(of(/^fsync$/)).toEqual([[5, 5, 5]]);

  const { networkNs = 0, createNs = 0, runtimeNs = 0 } = sandbox.stages ?? {};
  for (const ns of [networkNs, createNs, runtimeNs]) expect(ns).toBeGreaterThan(0);
  const { interface: name = "" } = await sandbox.hostProof(patience);
  expect(readInterfaces().get(name)?.receivedBytes).toBeGreaterThan(0);
});
