import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createCpuMeter } from "./cpu-meter.ts";
import type { HookEvent } from "./hook-message.ts";
import type { GuardedInstance } from "./instance.ts";
import { startHookListener } from "./listener.ts";

/** A listener whose instance decides by `decide`, and a connection to it that has greeted. */
async function start(decide: (event: HookEvent) => void) {
  const instance: Pick<GuardedInstance, "attach"> = {
    attach: () => ({
      decide: (event) => {
        decide(event);
        return { id: event.id, verdict: "allow", reason: "ok", localGuardNs: 0, controllerNs: 0 };
      },
      countAnomaly: () => undefined,
      end: () => undefined,
    }),
  };
  const listener = await startHookListener("127.0.0.1", () => instance as GuardedInstance, createCpuMeter());
  const [host, port] = listener.address.split(":");
  const hook = connect(Number(port), host);
  onTestFinished(async () => {
    hook.destroy();
    await listener.close();
  });
  await once(hook, "connect");
  hook.write(`${JSON.stringify({ token: "a-token", instance: "sandbox" })}\n`);
  return hook.setEncoding("utf8");
}

const line = (id: number): string => `${JSON.stringify({ id, request: "1", session: "1", event: "GETE" })}\n`;

test("a flood of one hook is taken in turns with what else the process does, completely and in order", async () => {
  const ids: number[] = [];
  let inTurn = 0;
  let most = 0;
  const hook = await start(({ id }) => {
    ids.push(id);
    if (++inTurn === 1) setImmediate(() => (inTurn = 0));
    most = Math.max(most, inTurn);
  });
  const all = Array.from({ length: 5_000 }, (_, at) => at);
  hook.write(all.map(line).join(""));
  let answers = "";
  hook.on("data", (chunk: string) => (answers += chunk));
  await expect.poll(() => answers.split("\n").length - 1, { timeout: 60_000 }).toBe(all.length);
  expect(ids).toEqual(all);
  expect(most).toBeLessThanOrEqual(2 * 64); // the end of one turn and the beginning of the next; one read has a thousand
});

test("a line that comes in many parts is one", async () => {
  const ids: number[] = [];
  const hook = await start(({ id }) => ids.push(id));
  const answered = once(hook, "data");
  for (const part of line(7)) {
    hook.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await answered;
  expect(ids).toEqual([7]);
});
