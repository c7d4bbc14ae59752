import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { poll } from "../../base/deadline.ts";
import { messageOf } from "../../base/errors.ts";
import { aptGet } from "./apt.ts";
import { fakeMachine } from "./fake-programs.test-support.ts";

const step = { what: "installing x", timeoutMs: 10_000 };

test("apt's own complaints are the reason, without the credentials of a mirror", async () => {
  fakeMachine({
    "apt-get": `echo "Reading lists..."; echo "E: Failed to fetch http://joe:canary@mirror/x.deb  404" >&2; exit 100`,
  });
  const failure: unknown = await aptGet(["install", "x"], { ...step, hint: "Run it by hand." }).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "E_SETUP", hint: "Run it by hand." });
  expect(messageOf(failure)).toContain("installing x failed: E: Failed to fetch http://***@mirror/x.deb  404\n");
  expect(JSON.stringify(failure)).not.toContain("canary");
});

test("many complaints are cut to the first two and the last", async () => {
  fakeMachine({ "apt-get": "for n in 1 2 3 4 5; do echo E: $n; done; exit 100" });
  await expect(aptGet(["update"], step)).rejects.toThrow("installing x failed: E: 1\nE: 2\n...\nE: 5");
});

test("it asks no questions and speaks the language that we read", async () => {
  fakeMachine({ "apt-get": `echo "E: $LC_ALL $DEBIAN_FRONTEND"; read answer || exit 100; exit 0` });
  await expect(aptGet(["update"], step)).rejects.toThrow("E: C noninteractive");
});

test("somebody else's lock is waited for", async () => {
  const { path } = fakeMachine({
    "apt-get": `[ -e $MACHINE/second ] && exit 0
touch $MACHINE/second; echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7"; exit 100`,
  });
  await aptGet(["update"], step);
  expect(existsSync(join(path, "second"))).toBe(true);
});

test("apt that hangs is ended, and so is what it started", async () => {
  const { path } = fakeMachine({ "apt-get": `sleep 60 & echo $! > $MACHINE/pid; wait` });
  await expect(aptGet(["update"], { ...step, timeoutMs: 300 })).rejects.toThrow("apt-get did not end within 0.3 s");
  const pid = readFileSync(join(path, "pid"), "utf8").trim();
  // A dead process has no command line even while nobody has collected it.
  const commandLine = (): Promise<string> => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  await poll({ what: `process ${pid} to end`, timeoutMs: 60_000, intervalMs: 10 }, async () =>
    (await commandLine()) === "" ? true : undefined,
  );
});

test("an abort ends it, also one in the instant in which it starts", async () => {
  fakeMachine({ "apt-get": "sleep 30" });
  const reason = new Error("enough");
  for (let attempt = 0; attempt < 50; attempt++) {
    const controller = new AbortController();
    const running = aptGet(["update"], { ...step, signal: controller.signal });
    setTimeout(() => controller.abort(reason), attempt % 5);
    await expect(running).rejects.toBe(reason);
  }
});
