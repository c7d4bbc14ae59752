import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "vitest";
import { poll } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Containerd } from "./containerd.ts";
import { localShell } from "./local-shell.test-support.ts";
import type { NodeShell } from "./node-shell.ts";
import { restartContainerd } from "./restart-containerd.ts";

/** Configurations of the stand-in: one that works, one it ends with, one it listens with without serving Kubernetes. */
type Config = "works" | "works too" | "dies" | "mute";

const program = `
const { readFileSync, rmSync, writeFileSync } = require("node:fs");
const at = (name) => __dirname + "/" + name;
const config = readFileSync(at("config"), "utf8");
if (config === "dies") process.exit(1);
writeFileSync(at("read"), config);
writeFileSync(at("pid"), String(process.pid));
rmSync(at("socket"), { force: true });
process.on("SIGTERM", () => process.exit(0));
require("node:net").createServer((socket) => socket.end()).listen(at("socket"));
`;

/** Stands for `ctr plugins ls`. */
const client = `#!/bin/sh
if [ "$(cat "$(dirname "$0")/read")" = mute ]; then echo "io.containerd.grpc.v1 cri - error"; else echo "io.containerd.grpc.v1 cri - ok"; fi
`;

/** This machine as a node whose containerd is a stand-in in front of a supervisor, as on the test cluster. */
async function someNode({ onTestFinished }: TestContext, backup: Config = "works") {
  const folder = await mkdtemp(join(tmpdir(), "kalium-restart-"));
  const at = (name: string): string => join(folder, name);
  await writeFile(at("containerd.cjs"), program);
  await writeFile(at("ctr"), client, { mode: 0o755 });
  await writeFile(at("config"), "works");
  await writeFile(at("backup"), backup);
  const loop = 'while :; do "$1" "$2"; sleep 0.1; done';
  const supervisor = spawn("/bin/sh", ["-c", loop, "supervisor", process.execPath, at("containerd.cjs")], {
    detached: true,
    stdio: "ignore",
  });
  onTestFinished(async () => {
    if (supervisor.pid !== undefined) process.kill(-supervisor.pid, "SIGKILL");
    await rm(folder, { recursive: true });
  });
  const pid = await poll({ what: "the stand-in", timeoutMs: 60_000, intervalMs: 50 }, async () =>
    (await listens(at("socket"))) ? Number(await readFile(at("pid"), "utf8")) : undefined,
  );
  const containerd = { socket: at("socket"), pid, program: at("containerd"), unit: undefined } as Containerd;
  return {
    folder,
    socket: at("socket"),
    config: () => readFile(at("config"), "utf8"),
    read: () => readFile(at("read"), "utf8"),
    // The old configuration has as long as the new one: time enough on a busy machine.
    restart: async (config: Config, { limitSeconds = 20, shell = localShell, place = folder } = {}): Promise<void> => {
      await writeFile(at("config"), config);
      const wayBack = [{ path: at("config"), backup: at("backup") }];
      return restartContainerd(shell, containerd, wayBack, { folder: place, limitSeconds, graceSeconds: 20 });
    },
  };
}

const listens = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.on("error", () => {
      resolve(false);
    });
  });

/** Where containerd is away no command gets through, or its output is lost, and the one that ended it breaks off. */
const behind = (socket: string): NodeShell => {
  let calls = 0;
  return {
    node: "local",
    run: async (script, call) => {
      const answer = localShell.run(script, call);
      if (script.includes("setsid")) await answer.then(() => Promise.reject(new Error("the connection ended")));
      if (await listens(socket)) return answer;
      return { code: calls++ === 0 ? 0 : 126, stdout: "", stderr: "containerd is away" };
    },
  };
};

const outcomeOf = (restart: Promise<void>): Promise<unknown> =>
  restart.then(
    () => "started",
    (error: unknown) => (error instanceof KaliumError ? [error.details["outcome"], error.message] : error),
  );

test.concurrent("one that comes back has the new configuration", async (context) => {
  const { expect } = context;
  const node = await someNode(context);
  expect(await outcomeOf(node.restart("works too", { limitSeconds: 30 }))).toBe("started");
  expect([await node.config(), await node.read()]).toEqual(["works too", "works too"]);
  expect(await readdir(node.folder)).not.toContainEqual(expect.stringMatching(/^restart-/));
});

test.concurrent.for<[string, Config]>([
  ["ends", "dies"],
  ["serves no pods", "mute"],
])("one that %s with the new configuration gets its own again", async ([, config], context) => {
  const { expect } = context;
  const node = await someNode(context);
  const words = expect.stringMatching(/did not answer within 20 s[^]*-> The node runs as before/) as string;
  expect(await outcomeOf(node.restart(config))).toEqual(["restored", words]);
  expect([await node.config(), await node.read()]).toEqual(["works", "works"]);
});

test.concurrent("the outcome arrives although the connection breaks off with containerd", async (context) => {
  const { expect } = context;
  const node = await someNode(context);
  const restart = node.restart("dies", { shell: behind(node.socket) });
  expect(await outcomeOf(restart)).toEqual(["restored", expect.anything()]);
  expect(await node.read()).toBe("works");
});

test.concurrent("where the old configuration does not help either, the error says so", async (context) => {
  const { expect } = context;
  const node = await someNode(context, "dies");
  const words = expect.stringMatching(
    /neither with the new nor with the old[^]*-> Start containerd on the node by hand/,
  ) as string;
  expect(await outcomeOf(node.restart("dies", { limitSeconds: 1 }))).toEqual(["down", words]);
});

test.concurrent("an unreachable node is distinguished from one without a restart", async (context) => {
  const { expect } = context;
  const node = await someNode(context, "dies");
  const begun = node.restart("dies", { limitSeconds: 1, shell: behind(node.socket) });
  expect(await outcomeOf(begun)).toEqual(["unknown", expect.stringMatching(/containerd is away[^]*by hand/)]);
  const never = node.restart("dies", { limitSeconds: 1, place: join(node.folder, "none") });
  expect(await outcomeOf(never)).toEqual([undefined, expect.stringContaining("ended at once")]);
});

test.concurrent("the end of what starts containerd again is noticed", async (context) => {
  const { expect } = context;
  const node = await someNode(context);
  const run: NodeShell["run"] = async (script, call) => {
    const answer = await localShell.run(script, call);
    const result = call?.args?.[1] ?? "";
    if (script.includes("setsid")) process.kill(Number((await readFile(result, "utf8")).split(" ")[1]), "SIGKILL");
    return answer;
  };
  const restart = node.restart("dies", { limitSeconds: 60, shell: { node: "local", run } });
  expect(await outcomeOf(restart)).toEqual(["unknown", expect.stringContaining("was killed before it reported")]);
});
