import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { within } from "../../base/deadline.ts";
import { type NodeShell, scriptTimeoutMs } from "./node-shell.ts";

/** This machine as a node: the scripts run as they are, so give them paths below a temporary folder. */
export const localShell: NodeShell = {
  node: "local",
  run: async (script, { args = [], input = "", timeoutMs = scriptTimeoutMs } = {}) => {
    const child = spawn("/bin/sh", ["-c", script, "kalium-bench", ...args], { stdio: "pipe" });
    child.stdin.on("error", () => undefined);
    (input instanceof Readable ? input : Readable.from([Buffer.from(input)])).pipe(child.stdin);
    return within({ what: "a script", timeoutMs }, async () => {
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close") as Promise<[number | null]>,
      ]);
      return { code: code ?? 1, stdout, stderr };
    });
  },
};
