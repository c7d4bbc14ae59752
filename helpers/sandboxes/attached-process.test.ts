import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attachProcess } from "./attached-process.ts";
import { makeOutputPipes } from "./output-pipes.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kalium-bench-attached-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What a program of Node's printed, once it has ended. */
async function printedBy(program: string) {
  const lines: Record<"stdout" | "stderr", string[]> = { stdout: [], stderr: [] };
  const child = await attachProcess([process.execPath, "-e", program], {
    ...{ cwd: directory, outputs: await makeOutputPipes(directory), env: {} },
    onLine: (stream, line) => lines[stream].push(line),
  });
  const exit = await child.exited;
  return { ...lines, exit, lastWords: child.lastWords() };
}

test("a function that prints thousands of short lines in a row is not held up, and none is lost", async () => {
  const count = 6_000;
  const { stdout, exit } = await printedBy(`
    for (let line = 0; line < ${count}; line++) console.log(line);
    const held = process.stdout.writableLength;
    process.stdout.end(() => process.exit(held === 0 ? 0 : 1));
  `);
  expect(stdout).toEqual(Array.from({ length: count }, (_, line) => String(line)));
  expect(exit).toEqual({ code: 0, signal: null }); // 28 kB fit into the pipe at once
});

test("more than a pipe holds comes whole, from a writer that waits for its reader", async () => {
  const { stdout, exit } = await printedBy(`
    const { writeSync } = require("node:fs");
    for (let line = 0; line < 40_000; line++) writeSync(1, "0123456789\\n");
  `);
  expect(stdout).toHaveLength(40_000);
  expect(new Set(stdout)).toEqual(new Set(["0123456789"]));
  expect(exit).toEqual({ code: 0, signal: null });
});

test("both outputs are pipes of the kernel, as under containerd, can be opened by name, and leave no file", async () => {
  const { stdout, stderr, lastWords } = await printedBy(`
    const { appendFileSync, fstatSync } = require("node:fs");
    if (process.getuid() === 0) process.setuid(65534);
    appendFileSync("/dev/stdout", [fstatSync(1).isFIFO(), fstatSync(2).isFIFO()].join(" ") + "\\n");
    console.error("last");
  `);
  expect([stdout, stderr]).toEqual([["true true"], ["last"]]);
  expect([...lastWords].sort()).toEqual(["last", "true true"]);
  expect(await readdir(directory)).toEqual([]);
});

test("a program that does not exist is an error, and its pipes are closed", async () => {
  const open = async (): Promise<number> => (await readdir("/proc/self/fd")).length;
  const before = await open();
  for (let attempt = 0; attempt < 5; attempt++) {
    const outputs = await makeOutputPipes(directory);
    const started = attachProcess(["/nonexistent/program"], {
      ...{ cwd: directory, outputs, env: {} },
      onLine: () => undefined,
    });
    await expect(started).rejects.toThrow("ENOENT");
  }
  await expect.poll(open, { timeout: 60_000 }).toBeLessThan(before + 5);
});
