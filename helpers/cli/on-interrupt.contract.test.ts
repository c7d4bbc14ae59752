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

test.for(["SIGINT", "SIGTERM"] as const)(
  "after %s a second one ends a command at once, npm's echo not",
  async (signal) => {
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", endless], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const said = async (): Promise<unknown> => (await lines.next()).value;
    expect(await said()).toBe("up");
    child.kill(signal);
    expect(await said()).toBe("stopping");
    child.kill(signal);
    const ended = once(child, "exit");
    expect(await Promise.race([ended, sleep(500, "still there")])).toBe("still there");
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
  },
);
