import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { changesText, confirmed, type UpChanges } from "./confirm-up.ts";

const changes: UpChanges = {
  server: "https://10.0.0.1:6443",
  nodes: ["worker-1", "worker-2"],
  builds: [{ runtimeClass: "gvisor", version: "runsc version release-20240729.0", handler: "kalium-bench-gvisor" }],
  mysqlImage: "mysql:8.4",
};

const terminal = (answer: string, isTTY = true) => {
  const input = Object.assign(new PassThrough(), { isTTY });
  input.end(`${answer}\n`);
  return { input, output: new PassThrough() };
};

test("the changes name the cluster, each node, and what happens to containerd", () => {
  const text = changesText(changes);
  for (const part of [
    "https://10.0.0.1:6443",
    "each of 2 nodes (worker-1, worker-2)",
    "gvisor (runsc version release-20240729.0)",
    "creates the RuntimeClass gvisor",
    "starts a MySQL server (mysql:8.4)",
    "a privileged agent",
    "restarts containerd",
    "npm run cluster -- down",
  ]) {
    expect(text).toContain(part);
  }
});

test("an earlier run, a replaced runsc and a given MySQL are named", () => {
  const text = changesText({ ...changes, earlierRun: "0a1b", replaced: "/usr/local/bin/runsc", mysqlImage: undefined });
  expect(text).toContain("continuing run 0a1b");
  expect(text).toContain("What is in place stays");
  expect(text).toContain("replaces /usr/local/bin/runsc");
  expect(text).toContain("uses the MySQL server that you named");
});

test.for<[string, boolean]>([
  ["y", true],
  ["Yes", true],
  ["", false],
  ["n", false],
  ["yessir", false],
])("the answer %j is taken as %j", async ([answer, expected]) => {
  expect(await confirmed(terminal(answer))).toBe(expected);
});

test("without a terminal nothing is assumed: the error names --yes", async () => {
  await expect(confirmed(terminal("y", false))).rejects.toMatchObject({
    code: "E_CONFIG",
    hint: expect.stringContaining("--yes") as string,
  });
});
