import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { startService } from "./child-service.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "service-test-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Writes a child that starts with `body`; the options are in scope as `options`. */
async function child(name: string, body: string): Promise<URL> {
  const file = join(directory, `${name}.ts`);
  const runService = new URL("./child-service.ts", import.meta.url).href;
  const code = `import { runService } from ${JSON.stringify(runService)};\nimport { writeFileSync } from "node:fs";
await runService(async (options) => { ${body} });`;
  await writeFile(file, code);
  return pathToFileURL(file);
}
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a service gets its options, says when it is ready and stops when asked", async () => {
  const entry = await child(
    "echo",
    `const timer = setInterval(() => {}, 1000);
     return { info: { got: options }, stop: async () => clearInterval(timer) };`,
  );
  const service = await startService<{ got: unknown }>(entry, { port: 7 }, { name: "echo", timeoutMs: 60_000 });
  expect(service.info).toEqual({ got: { port: 7 } });
  expect(alive(service.pid)).toBe(true);
  await service.stop();
  expect(alive(service.pid)).toBe(false);
});

test("a service that cannot start is reported with its last words", async () => {
  const entry = await child("broken", `throw new Error("port 80 is in use");`);
  await expect(startService(entry, {}, { name: "broken", timeoutMs: 60_000 })).rejects.toMatchObject({
    code: "E_SERVICE",
    message: expect.stringContaining("port 80 is in use") as string,
  });
});

test("a service that is killed is named at once; one that is stopped is not", async () => {
  const entry = await child("killed", `return { info: 1, stop: async () => {} };`);
  const said: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  onTestFinished(() => write.mockRestore());
  for (const name of ["first", "second"]) {
    const service = await startService(entry, {}, { name, timeoutMs: 60_000 });
    if (name === "second") process.kill(service.pid, "SIGKILL");
    const gone = (): boolean => said.some((text) => text.includes("kalium-bench: second ended unexpectedly (SIGKILL)"));
    if (name === "second") await expect.poll(gone).toBe(true);
    await service.stop();
  }
  expect(said.join("")).not.toContain("first");
});

test("a service that never gets ready is ended at the deadline", async () => {
  const entry = await child("slow", `await new Promise((resolve) => setTimeout(resolve, 60_000));`);
  const starting = startService(entry, {}, { name: "slow service", timeoutMs: 500, graceMs: 100 });
  await expect(starting).rejects.toMatchObject({
    code: "E_TIMEOUT",
    message: expect.stringContaining("slow service to start") as string,
  });
});

test("a parent that gives up during the start makes the child undo what it had started", async () => {
  const proof = join(directory, "undone");
  const entry = await child(
    "undo",
    `await new Promise((resolve) => setTimeout(resolve, 300));
     return { info: {}, stop: async () => writeFileSync(${JSON.stringify(proof)}, "") };`,
  );
  await expect(startService(entry, {}, { name: "undo", timeoutMs: 150 })).rejects.toMatchObject({ code: "E_TIMEOUT" });
  expect(existsSync(proof)).toBe(true);
});
