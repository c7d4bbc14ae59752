import { once } from "node:events";
import { expect, test } from "vitest";
import type { AttachedProcess } from "./attached-process.ts";
import { superviseInstance } from "./instance.ts";

/** A sandbox whose process ends when `end` is called. */
function start(terminate: (signal: AbortSignal) => Promise<unknown>) {
  const exit = Promise.withResolvers<{ code: number; signal: null }>();
  const killed: string[] = [];
  const child = {
    pid: 1,
    exited: exit.promise,
    running: () => true,
    kill: (signal: string) => {
      killed.push(signal);
      exit.resolve({ code: 0, signal: null });
    },
    lastWords: () => [],
  } as unknown as AttachedProcess;
  const sandbox = superviseInstance({
    id: "one",
    host: "127.0.0.1",
    port: 1,
    child,
    cgroup: undefined,
    terminate,
    proof: () => Promise.reject(new Error("not asked")),
    lookInside: undefined,
    release: () => Promise.resolve(),
  });
  return { sandbox, killed, end: () => exit.resolve({ code: 0, signal: null }) };
}

const never = 2 ** 31 - 1;

test("the end of a sandbox is enough: the command that asked for it is ended where it still waits", async () => {
  let ended = false;
  const { sandbox, end } = start(async (signal) => {
    end();
    await once(signal, "abort");
    ended = true;
  });
  await sandbox.stop(never);
  expect(ended).toBe(true);
});

test("a command that fails to ask is followed by the kill at once", async () => {
  const { sandbox, killed } = start(() => Promise.reject(new Error("no such container")));
  await sandbox.stop(never);
  expect(killed).toEqual(["SIGKILL"]);
});

test("a sandbox that does not end is killed after the grace", async () => {
  const { sandbox, killed } = start(() => Promise.resolve());
  await sandbox.stop(10);
  expect(killed).toEqual(["SIGKILL"]);
});
