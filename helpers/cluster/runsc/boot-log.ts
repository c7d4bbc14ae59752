import { KaliumError } from "../../base/errors.ts";
import { inspectContainerd } from "../nodes/containerd.ts";
import { type NodeShell, runOn } from "../nodes/node-shell.ts";
import { nodePlaceOf, type RunscBuild } from "./builds.ts";

type Class = Pick<RunscBuild, "runtimeClass">;

/** The sandbox of a pod, from containerd. @throws {KaliumError} E_CLUSTER when the node has none, or no longer has it */
export async function sandboxIdOf(shell: NodeShell, podUid: string): Promise<string> {
  const { ctr, socket } = await inspectContainerd(shell);
  if (ctr === undefined) {
    throw new KaliumError(
      "E_CLUSTER",
      `node ${shell.node} has no ctr beside its containerd, so its sandboxes cannot be listed`,
    );
  }
  const filter = `labels."io.kubernetes.pod.uid"==${podUid},labels."io.cri-containerd.kind"==sandbox`;
  const output = await runOn(
    shell,
    "list sandboxes",
    '"$1" --address "$2" --namespace k8s.io containers ls --quiet "$3"',
    {
      args: [ctr, socket, filter],
    },
  );
  const [id = ""] = output.trim().split("\n");
  if (id !== "") return id;
  throw new KaliumError("E_CLUSTER", `node ${shell.node} has no sandbox of pod ${podUid}`, {
    hint: "Read its log before the function is removed.",
  });
}

/** The sentry's file; those of other commands, `.create`, `.gofer`, ..., are beside it. */
const readScript = `set -eu
cd "$1" 2>/dev/null || { echo "there is no folder $1" >&2; exit 1; }
for file in *.boot *.boot.txt; do
  [ -e "$file" ] || continue
  cat -- "$file"; exit
done
echo "no boot log among: $(ls | tr '\\n' ' ')" >&2; exit 1`;

/**
 * What the sentry of one sandbox has written, found by the sandbox's id and not by age.
 * @throws {KaliumError} E_CLUSTER when there is none
 */
export const readBootLog = (shell: NodeShell, build: Class, sandboxId: string): Promise<string> =>
  runOn(shell, `read the boot log of sandbox ${sandboxId}`, readScript, {
    args: [`${nodePlaceOf(build).logFolder}/${sandboxId}`],
    timeoutMs: 120_000,
  });

/** Removes the logs of all sandboxes of a class that do not run any more; before a block, say. */
export const clearLogs = (shell: NodeShell, build: Class): Promise<string> =>
  runOn(
    shell,
    "clear the logs of runsc",
    // The folder itself stays, and so do those of running sandboxes: their files are open.
    'for at in "$1"/*/; do [ -d "$at" ] || continue; id=$(basename "$at"); pgrep -f -- "$id" >/dev/null || rm -rf -- "$at"; done',
    { args: [nodePlaceOf(build).logFolder] },
  );
