import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { sha256OfFile } from "../../base/sha256-of-file.ts";
import { type NodeShell, runOn } from "./node-shell.ts";

/** What is written to a node: text, or a file of this machine. */
export type Content = { readonly text: string } | { readonly path: string };

export const digestOf = async (content: Content): Promise<string> =>
  "text" in content ? createHash("sha256").update(content.text).digest("hex") : sha256OfFile(content.path);

/** A file is written here until it is complete; a rename then puts it in place. */
export const unfinished = (path: string): string => `${path}.kalium-bench-new`;

/** `undefined` when there is no such file. */
export async function readNodeFile(shell: NodeShell, path: string): Promise<string | undefined> {
  const script = 'if [ -e "$1" ]; then printf x; cat -- "$1"; fi';
  const output = await runOn(shell, `read ${path}`, script, { args: [path] });
  return output === "" ? undefined : output.slice(1);
}

/** SHA-256 of a file's content; `undefined` when there is none. */
export async function nodeFileDigest(shell: NodeShell, path: string): Promise<string | undefined> {
  const script = 'if [ -e "$1" ]; then sha256sum < "$1"; fi';
  const output = await runOn(shell, `read ${path}`, script, { args: [path], timeoutMs: 60_000 });
  return output === "" ? undefined : output.split(" ")[0];
}

const writeScript = `set -eu
target=$1 new=$2 size=$3 digest=$4 mode=$5
mkdir -p "$(dirname "$target")"
head -c "$size" > "$new"
got=$(sha256sum < "$new")
[ "\${got%% *}" = "$digest" ] || { rm -f "$new"; echo "only a part of it arrived" >&2; exit 65; }
if [ "$mode" != keep ]; then chmod "$mode" "$new"; else
  chmod --reference="$target" "$new"; chown --reference="$target" "$new"; fi
sync "$new"
mv -f "$new" "$target"
sync "$(dirname "$target")"`;

/**
 * Writes a whole file, verified by digest, in one step and durably (fsync); makes its folder. `keep` takes mode and
 * owner of the file that is replaced. @throws {KaliumError} E_CLUSTER, E_TIMEOUT
 */
export async function writeNodeFile(
  shell: NodeShell,
  path: string,
  content: Content,
  mode: "keep" | "644" | "600" | "755",
): Promise<{ readonly sha256: string }> {
  const sha256 = await digestOf(content);
  const size = "text" in content ? Buffer.byteLength(content.text) : (await stat(content.path)).size;
  await runOn(shell, `write ${path}`, writeScript, {
    args: [path, unfinished(path), String(size), sha256, mode],
    input: "text" in content ? content.text : createReadStream(content.path),
    timeoutMs: 180_000,
  });
  return { sha256 };
}

/** Writes a file of ours unless it is so already. Answers whether it was written. */
export async function ensureNodeFile(
  shell: NodeShell,
  path: string,
  content: Content,
  mode: "644" | "755",
): Promise<boolean> {
  if ((await nodeFileDigest(shell, path)) === (await digestOf(content))) return false;
  await writeNodeFile(shell, path, content, mode);
  return true;
}
