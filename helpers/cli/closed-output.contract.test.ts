import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));

/** Runs a command whose reader has gone before the first line, as `| head -0` would. */
async function unheard(file: string, args: readonly string[], closed: "stdout" | "stderr" = "stdout") {
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { ...process.env, VITEST: "", NODE_OPTIONS: "" },
  });
  child[closed].destroy();
  const heard = text(closed === "stdout" ? child.stderr : child.stdout);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, heard: await heard };
}

test.for([
  ["plan"],
  ["--help"],
  ["bench", "--help"],
  ["policy", "draw", "fixtures/kalium/policy.json"],
  ["sweep", "--help"],
])("`%s` whose reader has gone ends as usual, without a stack", async (args) => {
  expect(await unheard(launcher, args)).toEqual({ code: 0, heard: "" });
});

test("an error whose reader has gone keeps its exit status", async () => {
  expect((await unheard(launcher, ["policy", "check", "/nowhere.json"], "stderr")).code).toBeGreaterThan(0);
});

test("Vitest under our configuration outlives its reader", async () => {
  const { code, heard } = await unheard(process.execPath, [vitest, "run", "--project", "unit", "helpers/errors"]);
  expect(heard).not.toMatch(/EPIPE/);
  expect(code).toBe(1); // no test file has that name
});
