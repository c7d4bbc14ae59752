import { once } from "node:events";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../base/free-port.ts";
import { unpackWatchdog } from "../unpacked.ts";
import { printsOnly } from "./prefix-output.ts";

const echo = fileURLToPath(new URL("../../gateway/echo-function.test-support.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "watchdog-"));
let program = "";

beforeAll(async () => {
  const { folder: watchdog } = await unpackWatchdog(folder);
  program = join(folder, watchdog, "usr/bin/fwatchdog");
  return () => rmSync(folder, { recursive: true });
});

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All have ended, as they do in most tests.
  }
}

/** Node as an image has it, by its name. */
const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;

/** A function that Node runs has the watchdog in its process; one that is named otherwise is its child. */
const places = { inside: `node ${echo}`, beside: `${process.execPath} ${echo}` } as const;

/** As an image starts it. */
async function start(where: keyof typeof places, env: Record<string, string> = {}) {
  const [port, functionPort] = [await freePort(), await freePort()];
  const child = spawn(program, [], {
    env: {
      PATH,
      host: "127.0.0.1",
      port: String(port),
      upstream_url: `http://127.0.0.1:${functionPort}`,
      fprocess: places[where],
      http_port: String(functionPort),
      healthcheck_interval: "2s",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true, // a group of its own, with the function, which in a pod would end with its process 1
  });
  const printed: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    endGroup(child);
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  const status = (path: string): Promise<number> =>
    fetch(url + path).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      },
      () => 0,
    );
  return { child, url, status, printed: () => printed.join(""), exited };
}

describe.each(["inside", "beside"] as const)("the watchdog %s the function's process", (where) => {
  test("it is healthy when the function has answered, passes calls on, and prints what the function prints", async () => {
    const watchdog = await start(where);
    await expect.poll(() => watchdog.status("/_/health")).toBe(200);
    expect(await watchdog.status("/_/ready")).toBe(200);
    const answer = await fetch(`${watchdog.url}/a?b=1`, { method: "POST", body: "x" });
    expect(await answer.json()).toMatchObject({ method: "POST", url: "/a?b=1", body: "x" });
    expect(answer.headers.get("x-duration-seconds")).toMatch(/^\d+\.\d{6}$/);
    await watchdog.status("/print?text=hello");
    await expect.poll(watchdog.printed).toMatch(/ stdout: hello\n/);
  });

  test("a function that does not listen is not healthy, unless early_health asks for it", async () => {
    const late = await start(where, { never_listen: "1" });
    await expect.poll(() => late.status("/_/health")).toBe(503);
    expect(await late.status("/")).toBe(503);
    const early = await start(where, { never_listen: "1", early_health: "true" });
    await expect.poll(() => early.status("/_/health")).toBe(200);
  });

  test("limits of time and of calls answer as of-watchdog's do", async () => {
    const watchdog = await start(where, { exec_timeout: "300ms", max_inflight: "1" });
    await expect.poll(() => watchdog.status("/_/health")).toBe(200);
    const slow = watchdog.status("/slow?ms=5000");
    await expect.poll(() => watchdog.status("/_/ready")).toBe(429);
    expect(await slow).toBe(504);
  });

  test("on SIGTERM calls in flight end first, and it ends with 0", async () => {
    const watchdog = await start(where);
    await expect.poll(() => watchdog.status("/_/health")).toBe(200);
    const slow = watchdog.status("/slow?ms=700");
    await watchdog.status("/status?code=200");
    watchdog.child.kill("SIGTERM");
    expect(await slow).toBe(200);
    expect(await watchdog.exited).toBe(0);
  });

  test("it ends with the function, and with its exit code", async () => {
    const watchdog = await start(where);
    await expect.poll(() => watchdog.status("/_/health")).toBe(200);
    await watchdog.status("/exit?code=7");
    expect(await watchdog.exited).toBe(7);
    if (where === "beside") expect(watchdog.printed()).toContain("function exited with code 7");
  });

  test("what NODE_OPTIONS say is for the function alone; the environment passes on", async () => {
    const watchdog = await start(where, {
      ...{ NODE_OPTIONS: "--no-deprecation", FLAVOUR: "salt" },
      [printsOnly]: "1", // of the image's own parts: a deployment cannot switch the watchdog off by it
    });
    await expect.poll(() => watchdog.status("/_/health")).toBe(200);
    const read = async (name: string): Promise<string> => (await fetch(`${watchdog.url}/env?name=${name}`)).text();
    expect([await read("NODE_OPTIONS"), await read("FLAVOUR"), await read("FUNCTION_NODE_OPTIONS")]).toEqual([
      "--no-deprecation",
      "salt",
      "",
    ]);
  });

  test("unusable settings are named, and nothing starts", async () => {
    const watchdog = await start(where, { exec_timeout: "soon" });
    expect(await watchdog.exited).toBe(1);
  });
});

test("what a guard puts into sockets and servers sees the function's calls alone", async () => {
  const guard = join(folder, "guard.cjs");
  await writeFile(
    guard,
    `const { Socket } = require("node:net"), { Server } = require("node:http");
    const { connect } = Socket.prototype, { emit } = Server.prototype;
    Socket.prototype.connect = function (...args) { console.log("connects"); return connect.apply(this, args); };
    Server.prototype.emit = function (name, ...args) {
      if (name === "request") console.log("asked for " + args[0].url);
      return emit.call(this, name, ...args);
    };`,
  );
  const watchdog = await start("inside", { NODE_OPTIONS: `--require=${guard}` });
  await expect.poll(() => watchdog.status("/_/health")).toBe(200);
  expect(await watchdog.status("/status?code=200")).toBe(200);
  await expect.poll(watchdog.printed).toContain("asked for /status");
  expect(watchdog.printed().match(/asked for \/status/g)).toHaveLength(1);
  expect(watchdog.printed()).not.toContain("connects");
});

/** The first process of a PID namespace, as of a container: a signal without a handler does not reach it. */
async function startAsFirst(name: string, source: string, { watched = false, env = {} } = {}) {
  const file = join(folder, `${name}.cjs`);
  await writeFile(file, source);
  const programs = join(folder, name); // what the image's `node` is
  const plain = `#!/bin/sh\nunset NODE_OPTIONS\nexec ${process.execPath} ${file}\n`;
  await mkdir(programs);
  await writeFile(join(programs, "node"), watched ? `#!/bin/sh\nexec ${process.execPath} "$@"\n` : plain, {
    mode: 0o755,
  });
  const [port, functionPort] = [await freePort(), await freePort()];
  const ports = { host: "127.0.0.1", port: String(port), upstream_url: `http://127.0.0.1:${functionPort}` };
  const child = spawn("unshare", ["--pid", "--fork", "--kill-child", program], {
    env: { PATH: `${programs}:/usr/bin:/bin`, fprocess: `node ${file}`, prefix_logs: "false", ...ports, ...env },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    endGroup(child);
    await exited;
  });
  const lines = createInterface(child.stdout);
  const nextLine = async (): Promise<unknown> => ((await once(lines, "line")) as unknown[])[0];
  const line = await nextLine();
  const end = async (): Promise<void> => {
    const first = Number(await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8"));
    expect(first).toBeGreaterThan(1);
    process.kill(first, "SIGTERM");
  };
  return { line, nextLine, exited, end };
}

describe.skipIf(process.getuid?.() !== 0)("as the first process of a container (root only)", () => {
  test("it ends on SIGTERM before Node has a handler", async () => {
    const source = "console.log('loading'); setInterval(() => undefined, 60_000);";
    const { exited, end } = await startAsFirst("loading", source);
    await end();
    expect(await exited).toBe(143);
  });

  test("it waits for the watchdog, which lets calls in flight end, and has its exit code", async () => {
    const source = `let asked = 0;
      process.on("SIGTERM", () => { if (++asked === 2) process.exit(7); console.log("draining"); });
      setInterval(() => undefined, 60_000);
      console.log("ready");`;
    // The second signal meets the shell in another state each time.
    for (let round = 0; round < 8; round++) {
      const { exited, end, nextLine } = await startAsFirst(`draining-${round}`, source);
      const draining = nextLine();
      await end();
      expect(await draining).toBe("draining");
      await end();
      expect([round, await exited]).toEqual([round, 7]);
    }
  });

  test("NODE_OPTIONS are for the function alone", async () => {
    const source = "console.log(process.env.NODE_OPTIONS + ' ' + process.env.FUNCTION_NODE_OPTIONS); process.exit(5);";
    const options = { watched: true, env: { NODE_OPTIONS: "--no-deprecation" } };
    const { line, exited } = await startAsFirst("options", source, options);
    expect(line).toBe("--no-deprecation undefined");
    expect(await exited).toBe(5);
  });
});
