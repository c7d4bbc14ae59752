/** A root file system with this machine's own Python, for an image that is built without an engine. */
import { access, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { KaliumError } from "../../base/errors.ts";
import { onPath } from "../../runtimes/binary.ts";
import { runCommand } from "../../sandboxes/run-command.ts";
import { librariesOf } from "../../sandboxes/skeleton.ts";
import type { LayerEntry } from "../oci/layer.ts";

/** Parts of the standard library that no function needs. */
const left = new Set([
  ...["test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "pydoc_data"],
  ...["__pycache__", "dist-packages", "site-packages"],
]);

/** @throws {KaliumError} E_SETUP where this machine has no Python 3 */
export async function pythonRoot(): Promise<readonly LayerEntry[]> {
  const system = "/usr/bin/python3"; // rather than one of a user's own, whose paths others cannot enter
  const program = await access(system).then(
    () => system,
    () => onPath("python3"),
  );
  const question = "import sys, sysconfig; print(sys.executable); print(sysconfig.get_path('stdlib'))";
  const answer = program && (await runCommand([program, "-I", "-c", question], { timeoutMs: 60_000 }));
  const [executable = "", standardLibrary = ""] = answer ? answer.stdout.trim().split("\n") : [];
  if (executable === "" || standardLibrary === "") {
    throw new KaliumError("E_SETUP", "the example in Python needs python3, and this machine has none", {
      hint: "Run as root: `apt-get install --no-install-recommends python3`.",
    });
  }
  const binary = await realpath(executable);
  const files = await filesBelow(standardLibrary);
  const linked = await Promise.all([binary, ...files.filter((file) => file.endsWith(".so"))].map(libraries));
  const entries = [binary, ...files, ...linked.flat()].map((path): LayerEntry => {
    return { path, kind: "file", from: path, mode: /\.(?:py|txt)$/.test(path) ? 0o644 : 0o755 };
  });
  const unique = new Map(entries.map((entry) => [entry.path, entry]));
  if (binary !== "/usr/bin/python3") {
    unique.set("/usr/bin/python3", { path: "/usr/bin/python3", kind: "link", target: binary });
  }
  return [...unique.values()];
}

/** An extension that is linked to nothing beyond what Python has loaded has no list. */
const libraries = (file: string): Promise<readonly string[]> => librariesOf(file).catch(() => []);

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries
    .filter(({ name }) => !left.has(name) && !name.startsWith("config-"))
    .map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() && /\.(?:py|so|txt)$/.test(entry.name) ? [path] : [];
    });
  return (await Promise.all(found)).flat();
}
