import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { poll } from "../base/deadline.ts";
import { childrenLike, endStopped } from "./end-stopped.ts";

function startSleeper(): ChildProcess {
  const child = spawn("sleep", ["1000"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

test("a process that stays stopped is ended; one that runs is not", async () => {
  const [stopped, running] = [startSleeper(), startSleeper()];
  stopped.kill("SIGSTOP");
  const pids = (): number[] => [stopped.pid ?? 0, running.pid ?? 0];
  using _ = endStopped({ name: "the sleeper", pids, afterMs: 50, everyMs: 10 });
  const [code, signal] = (await once(stopped, "exit")) as [number | null, string | null];
  expect([code, signal]).toEqual([null, "SIGKILL"]);
  expect([running.exitCode, running.signalCode]).toEqual([null, null]);
});

test("children are found by their command lines", async () => {
  const { pid = 0 } = startSleeper();
  await poll({ what: "the sleeper to be one", timeoutMs: 60_000, intervalMs: 5 }, () =>
    Promise.resolve(childrenLike(/^sleep 1000/).includes(pid) || undefined),
  );
  expect(childrenLike(/^sleep 2000/)).toEqual([]);
});
