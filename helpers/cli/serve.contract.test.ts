/** docs/gateway.md: a function is deployed, called and removed beside `serve`, with the page's own commands. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noForeignImages } from "../gateway/image-gateway.test-support.ts";
import { noLocalServer } from "../services/mysql/test-server.ts";
import { commandLines } from "./documents.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));
const timeout = 600_000;
const noWalk = [noLocalServer, noForeignImages].find((reason) => reason !== undefined && reason !== "");
let root = "";
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), "kb-serve-"))));
afterAll(() => rm(root, { recursive: true, force: true }));

const env = { KALIUM_SETUP: "never", KALIUM_SYSTEMS: "native", KALIUM_MYSQL_SOURCE: "local", NO_COLOR: "1" };
const type = (line: string) =>
  execa("sh", ["-c", line.replaceAll("/tmp/examples", root)], {
    ...{ cwd: project, env, reject: false, all: true, stdin: "ignore", timeout },
  });

test.skipIf(noWalk)(
  `the walk-through of docs/gateway.md ${noWalk ?? ""}`,
  { timeout: 2 * timeout },
  async ({ skip }) => {
    const page = await readFile(join(project, "docs/gateway.md"), "utf8");
    const [, after = ""] = page.split("\n## Try it\n");
    const [section = ""] = after.split("\n## ");
    const [setup = "", images = "", serve = "", url = "", file = "", ...walk] = commandLines(section);
    expect([setup, serve]).toEqual(["npm run setup", "npm run serve"]); // setup installs; what is missing has skipped this test
    const built = await type(images);
    if (/left out/.test(built.all)) skip(built.all); // no Go: the stack file needs both
    expect(built.exitCode, built.all).toBe(0);

    const serving = execa("helpers/cli/kalium-bench", ["serve"], {
      ...{ cwd: project, env, reject: false, all: true, stdin: "ignore", timeout },
    });
    const printed = new Map<string, string>();
    try {
      for await (const line of createInterface(serving.stdout)) {
        const [, title = "", text = ""] = /^(\w[\w ]*?) {2,}(.*)$/.exec(line) ?? [];
        printed.set(title, text);
        if (line === "Ctrl-C ends it.") break;
      }
      const call = printed.get("Call");
      if (call === undefined) throw new Error(`serve has ended: ${(await serving).all}`);
      const answered = await type(call);
      expect(answered.stdout, answered.all).toBe('{"id":"4579874","gotPrice":"true","price":"123"}');

      const gateway = printed.get("Gateway") ?? "";
      const [, passwordFile = ""] = /--password-file (\S+)$/.exec(printed.get("Deploy") ?? "") ?? [];
      const [deployed = "", called = "", removed = ""] = walk;
      expect([url, file].map((line) => line.replace(/=.*/, ""))).toEqual(["URL", "FILE"]);
      const given = (line: string): string => `URL=${gateway}; FILE=${passwordFile}; ${line}`;
      expect((await type(given(deployed))).stdout).toContain(
        `hello-python is ready: ${gateway}/function/hello-python\n`,
      );
      expect((await type(given(called))).stdout).toContain('"greeting": "Good morning, you"');
      const gone = await type(given(removed.replace("curl", "curl --fail-with-body")));
      expect(gone.exitCode, gone.all).toBe(0);
      await expect
        .poll(async () => (await fetch(`${gateway}/function/hello-python`)).status, { timeout: 60_000 })
        .toBe(404);
    } finally {
      serving.kill("SIGINT");
      await serving;
    }
  },
);
