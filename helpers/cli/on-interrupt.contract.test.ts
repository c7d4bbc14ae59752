import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";

/** A command that was asked to stop and does not come to its end. */
const endless = `
  import { onInterrupt } from ${JSON.stringify(new URL("on-interrupt.ts", import.meta.url).href)};
  using interrupt = onInterrupt();
  interrupt.signal.addEventListener("abort", () => console.log("stopping"));
  console.log("up");
  await new Promise((resolve) => setTimeout(resolve, 30_000));`;

function startEndless() {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", endless], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return { child, said: async (): Promise<unknown> => (await lines.next()).value };
}

test("after Ctrl-C a second one ends a command at once, npm's echo not", async () => {
  const { child, said } = startEndless();
  expect(await said()).toBe("up");
  child.kill("SIGINT");
  expect(await said()).toBe("stopping");
  child.kill("SIGINT");
  const ended = once(child, "exit");
  expect(await Promise.race([ended, sleep(500, "still there")])).toBe("still there");
  const pressing = setInterval(() => child.kill("SIGINT"), 200);
  expect(await ended).toEqual([null, "SIGINT"]);
  clearInterval(pressing);
});

test.for(["SIGTERM", "SIGHUP"] as const)("%s stops a command in order, however often it comes", async (signal) => {
  const { child, said } = startEndless();
  expect(await said()).toBe("up");
  child.kill(signal);
  expect(await said()).toBe("stopping");
  const ended = once(child, "exit");
  const sending = setInterval(() => child.kill(signal), 100);
  expect(await Promise.race([ended, sleep(1_500, "still there")])).toBe("still there");
  clearInterval(sending);
});
