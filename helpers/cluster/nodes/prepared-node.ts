import type { Containerd } from "./containerd.ts";
import type { NodeJournal } from "./node-journal.ts";
import type { NodeShell } from "./node-shell.ts";

/** A node that a run may change. */
export interface PreparedNode {
  readonly shell: NodeShell;
  readonly containerd: Containerd;
  readonly journal: NodeJournal;
}
