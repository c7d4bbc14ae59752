import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { runCommand } from "./run-command.ts";

test("a command gets its input and answers with output and code", async () => {
  const result = await runCommand(["sh", "-c", "cat; echo oops >&2; exit 3"], { timeoutMs: 5000, input: "hello" });
  expect(result).toEqual({ code: 3, stdout: "hello", stderr: "oops\n" });
});

test("nothing of our environment reaches it but PATH", async () => {
  vi.stubEnv("KALIUM_SECRET", "do not tell");
  onTestFinished(() => void vi.unstubAllEnvs());
  const { stdout } = await runCommand(["env"], { timeoutMs: 5000 });
  expect(stdout).toMatch(/^PATH=[^\n]*\n$/);
});

test("one that hangs is killed with its children", async () => {
  const folder = await mkdtemp(join(tmpdir(), "run-command-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "child");
  const hanging = runCommand(["sh", "-c", 'sleep 1000 & echo $! > "$0"; wait', file], { timeoutMs: 500 });
  await expect(hanging).rejects.toMatchObject({ code: "E_TIMEOUT" });
  const child = Number(await readFile(file, "utf8"));
  await vi.waitFor(() => expect(() => process.kill(child, 0)).toThrow("ESRCH"), { timeout: 240_000 });
});

test("one that does not exist is an error", async () => {
  await expect(runCommand(["/no/such/tool"], { timeoutMs: 5000 })).rejects.toMatchObject({ code: "ENOENT" });
});
