import {
  type FSWatcher,
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  readSync,
  rmSync,
  watch,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Progress, progressSchema } from "../records/progress.ts";

export interface ProgressFile {
  readonly path: string;
  /** Stops watching and removes the file. Idempotent. */
  close(): void;
}

/** Creates the file that workers append to, and calls back with the newest state of each task that reported. */
export function watchProgress(onProgress: (progress: Progress) => void): ProgressFile {
  const folder = mkdtempSync(join(tmpdir(), `kalium-bench-progress-${process.pid}${pidNamespace()}-`));
  const path = join(folder, "progress.jsonl");
  const descriptor = openSync(path, "a+", 0o600);
  const read = tail(descriptor);
  const watcher: FSWatcher = watch(path, { persistent: false }, () => {
    const newest = new Map<string, Progress>();
    for (const line of read()) {
      const progress = progressSchema.safeParse(asJson(line));
      if (progress.success) newest.set(progress.data.taskId, progress.data);
    }
    newest.forEach(onProgress);
  });
  let open = true;
  return {
    path,
    close: () => {
      if (!open) return;
      open = false;
      watcher.close();
      closeSync(descriptor);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whole lines that were added since the last call. */
function tail(descriptor: number): () => readonly string[] {
  let offset = 0;
  let rest = "";
  return () => {
    const added = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - offset));
    offset += readSync(descriptor, added, 0, added.length, offset);
    const lines = (rest + added.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    return lines;
  };
}

function asJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Where the process id means something, as the clean-up of folders reads it; empty where there is no such thing. */
function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/^\D*(\d+)\D*$/, "n$1");
  } catch {
    return "";
  }
}
