import { expect, test } from "vitest";
import { poll, within } from "./deadline.ts";

const never = (): Promise<never> => new Promise<never>(() => undefined);

test("the answer passes through in time", async () => {
  await expect(within({ what: "an answer", timeoutMs: 1000 }, () => Promise.resolve(7))).resolves.toBe(7);
});

test("a time-out names what was waited for and aborts the work", async () => {
  let aborted = false;
  const waiting = within({ what: "the database", timeoutMs: 20 }, (signal) => {
    signal.addEventListener("abort", () => (aborted = true));
    return never();
  });
  await expect(waiting).rejects.toMatchObject({
    code: "E_TIMEOUT",
    message: "timed out after 20 ms waiting for the database",
  });
  expect(aborted).toBe(true);
});

test("a time-out has the hint of its deadline, with what was seen last, too", async () => {
  const deadline = { what: "a pod", timeoutMs: 20, hint: "Wait longer." };
  await expect(within(deadline, never)).rejects.toMatchObject({ hint: "Wait longer." });
  const polling = poll({ ...deadline, intervalMs: 1, lastReason: () => "none" }, () => Promise.resolve(undefined));
  await expect(polling).rejects.toThrow(/waiting for a pod; last seen: none\n.*Wait longer\./);
});

test("an outer signal ends the wait with its own reason", async () => {
  const signal = AbortSignal.abort(new Error("cancelled"));
  await expect(within({ what: "x", timeoutMs: 1000, signal }, never)).rejects.toThrow("cancelled");
});

test("an error of the work is passed on", async () => {
  await expect(within({ what: "x", timeoutMs: 1000 }, () => Promise.reject(new Error("refused")))).rejects.toThrow(
    "refused",
  );
});

test("polling continues until something comes back", async () => {
  let calls = 0;
  const answer = await poll({ what: "three", timeoutMs: 1000, intervalMs: 1 }, () =>
    Promise.resolve(++calls === 3 ? "three" : undefined),
  );
  expect(answer).toBe("three");
});

test("polling in vain says what was seen last", async () => {
  const waiting = poll({ what: "readiness", timeoutMs: 20, intervalMs: 1, lastReason: () => "0 replicas" }, () =>
    Promise.resolve(undefined),
  );
  await expect(waiting).rejects.toThrow("timed out after 20 ms waiting for readiness; last seen: 0 replicas");
});
