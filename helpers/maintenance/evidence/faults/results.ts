/** Somebody else's hand in the results folder while the run writes to it. */
import { execFile } from "node:child_process";
import { readdir, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { nothingToHeal, type PrepareFault } from "./injection.ts";

const run = promisify(execFile);

export const spoilResults: PrepareFault<"results"> = ({ fate }, root) => {
  const folderOf = async (): Promise<string> => {
    const [name = ""] = await readdir(join(root, "results"));
    return join(root, "results", name);
  };
  let undo = nothingToHeal;
  return Promise.resolve({
    inject: async () => {
      const folder = await folderOf();
      if (fate === "removed") return rm(folder, { recursive: true });
      if (fate === "read-only") {
        await run("mount", ["--bind", folder, folder]);
        undo = once(async () => void (await run("umount", ["--lazy", folder])));
        onTestFinished(undo);
        await run("mount", ["-o", "remount,bind,ro", folder]);
        return;
      }
      const [name = ""] = await readdir(join(folder, "journal"));
      const journal = join(folder, "journal", name);
      await truncate(journal, Math.floor((await stat(journal)).size / 2));
    },
    heal: () => undo(),
  });
};

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
