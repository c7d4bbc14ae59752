import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { localShell } from "./local-shell.test-support.ts";
import { openNodeJournal, readNodeRecord, removeFolders, restoreFiles } from "./node-journal.ts";
import type { NodeShell } from "./node-shell.ts";

/** A folder that acts as a node's root, with a file of the node's own. */
async function someNode() {
  const root = await mkdtemp(join(tmpdir(), "kalium-node-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, "etc"));
  await writeFile(join(root, "etc/config.toml"), "version = 2\n", { mode: 0o640 });
  const place = { folder: join(root, "lib/kalium-bench"), logFolder: join(root, "log/kalium-bench") };
  await mkdir(join(root, "lib"));
  await mkdir(join(root, "log"));
  return { root, place, config: join(root, "etc/config.toml"), program: join(root, "bin/seclambda") };
}
type SomeNode = Awaited<ReturnType<typeof someNode>>;

/** Names, modes, times of files and contents below the root. */
const dump = ({ root }: SomeNode): string =>
  execFileSync("sh", ["-c", "find . -printf '%p %y %m ' -type f -printf '%T@ ' -exec cat {} + -o -printf '\\n'"], {
    cwd: root,
    encoding: "utf8",
  });

const prepare = async (shell: NodeShell, { place, config, program, root }: SomeNode): Promise<void> => {
  const journal = await openNodeJournal(shell, "r1", place);
  await journal.replaceFile(config, { text: `${(await journal.original(config)) ?? ""}# ours\n` }, "keep");
  await journal.needsRestart();
  await journal.makeFolder(join(root, "mydata/logs"));
  await journal.makeFolder(join(root, "bin"));
  await journal.replaceFile(program, { text: "#!program" }, "755");
};

const undo = async (shell: NodeShell, { place }: SomeNode): Promise<void> => {
  const record = await readNodeRecord(shell, place);
  if (record !== undefined) await restoreFiles(shell, record, place);
  await removeFolders(shell, place);
};

/** Dies in its n-th script, before it or after it. */
const dying = (calls: number, when: "before" | "after"): NodeShell => {
  let left = calls;
  return {
    node: "local",
    run: async (script, call) => {
      if (left-- > 1) return localShell.run(script, call);
      if (when === "after") await localShell.run(script, call);
      throw new Error("killed");
    },
  };
};

test("what was changed is put back with mode and time, and nothing is left behind", async () => {
  const node = await someNode();
  const before = dump(node);
  await prepare(localShell, node);
  expect(await readFile(node.config, "utf8")).toBe("version = 2\n# ours\n");
  await prepare(localShell, node); // again: changes nothing
  expect(await readFile(node.config, "utf8")).toBe("version = 2\n# ours\n");
  await undo(localShell, node);
  expect(dump(node)).toBe(before);
});

test("a crash in any script of the preparation, or of the restoration, can be undone", async () => {
  for (const when of ["before", "after"] as const) {
    for (let calls = 1, ended = false; !ended; calls++) {
      const node = await someNode();
      const before = dump(node);
      ended = await prepare(dying(calls, when), node).then(
        () => true,
        () => false,
      );
      await undo(dying(1 + (calls % 6), when), node).catch(() => undefined);
      await undo(localShell, node);
      expect(dump(node), `killed ${when} script ${calls}`).toBe(before);
    }
  }
});

test("a file that somebody else changed meanwhile stays, is named, and the rest is put back", async () => {
  const node = await someNode();
  await prepare(localShell, node);
  await writeFile(node.config, "version = 2\nroot = '/elsewhere'\n");
  const record = await readNodeRecord(localShell, node.place);
  await expect(restoreFiles(localShell, record ?? expect.fail(), node.place)).rejects.toThrow(
    new RegExp(`${node.config} \\(before: .*backup/0\\)[^]*down`),
  );
  expect(await readFile(node.config, "utf8")).toContain("elsewhere");
  await expect(readFile(node.program)).rejects.toThrow(/ENOENT/);
  await expect(prepare(localShell, node)).rejects.toThrow(/somebody else/);
});

test("a node of another run is refused with the way to free it", async () => {
  const node = await someNode();
  await prepare(localShell, node);
  await expect(openNodeJournal(localShell, "r2", node.place)).rejects.toThrow(/down --run r1/);
});
