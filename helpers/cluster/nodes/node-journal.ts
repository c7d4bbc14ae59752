import { z } from "zod";
import { KaliumError } from "../../base/errors.ts";
import { nodeFolder, nodeLogFolder } from "../names.ts";
import { type Content, digestOf, nodeFileDigest, readNodeFile, unfinished, writeNodeFile } from "./node-files.ts";
import { type NodeShell, runOn } from "./node-shell.ts";

/*
 * What a run changes on a node outside its own folders. Each change is written down, and what it replaces is saved,
 * before it is made; so `restore` can undo it after a crash at any point, and can be repeated.
 */

const changeSchema = z.object({
  path: z.string(),
  kind: z.enum(["file", "folder"]),
  /** SHA-256 of the file that was there; absent: there was none. */
  before: z.string().optional(),
  /** SHA-256 of what we wrote, or were about to write, in turn. */
  after: z.array(z.string()),
  /** Copy of what was there. */
  backup: z.string().optional(),
});

const journalSchema = z.object({
  format: z.literal(1),
  runId: z.string(),
  changes: z.array(changeSchema),
  /** Names of images that were, or were about to be, imported. */
  images: z.array(z.string()),
  /** Names of images that the node had before the run. Absent: unknown, and then none but `images` is removed. */
  imagesBefore: z.array(z.string()).optional(),
  /** A file that containerd reads was changed: it has to be started again after the restoration. */
  restart: z.boolean(),
});

export type NodeChange = z.output<typeof changeSchema>;
export type NodeRecord = z.output<typeof journalSchema>;

export interface JournalPlace {
  /** Ours alone: manifest and saved files. */
  readonly folder: string;
  readonly logFolder: string;
}

export const usualPlace: JournalPlace = { folder: nodeFolder, logFolder: nodeLogFolder };

const manifestOf = ({ folder }: JournalPlace): string => `${folder}/manifest.json`;

/** `undefined` where no run has touched the node. @throws {KaliumError} E_RECORD for one that cannot be read */
export async function readNodeRecord(shell: NodeShell, place = usualPlace): Promise<NodeRecord | undefined> {
  const text = await readNodeFile(shell, manifestOf(place));
  if (text === undefined) return undefined;
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new KaliumError("E_RECORD", `node ${shell.node}: ${manifestOf(place)} cannot be read`, {
      hint: `Compare the files in ${place.folder}/backup with those of the node by hand, then remove that folder.`,
      cause: error,
    });
  }
}

export interface NodeJournal {
  readonly record: NodeRecord;
  /** Replaces or makes a file outside our folders. Does nothing when it is so already. Answers whether it changed. */
  replaceFile(path: string, content: Content, mode: "keep" | "644" | "755"): Promise<boolean>;
  /** The content that `replaceFile` has replaced, or would replace. */
  original(path: string): Promise<string | undefined>;
  /** Makes a folder, which is removed again with all that is in it. One that exists stays. */
  makeFolder(path: string): Promise<void>;
  /** To be called before images are imported. */
  addsImages(references: readonly string[]): Promise<void>;
  /** Names of all images of the node; those of the first call stand. */
  hasImages(names: readonly string[]): Promise<void>;
  /** Says that containerd reads one of the changed files. */
  needsRestart(): Promise<void>;
}

/** @throws {KaliumError} E_CLUSTER when another run has the node */
export async function openNodeJournal(shell: NodeShell, runId: string, place = usualPlace): Promise<NodeJournal> {
  const present = await readNodeRecord(shell, place);
  let record: NodeRecord = present ?? { format: 1, runId, changes: [], images: [], restart: false };
  if (record.runId !== runId) {
    throw new KaliumError("E_CLUSTER", `node ${shell.node} is prepared by run ${record.runId}`, {
      hint: `Run npm run cluster -- down --run ${record.runId}`,
    });
  }
  const save = async (next: NodeRecord): Promise<void> => {
    record = next;
    await writeNodeFile(shell, manifestOf(place), { text: `${JSON.stringify(next, null, 2)}\n` }, "600");
  };
  const changeOf = (path: string): NodeChange | undefined => record.changes.find((change) => change.path === path);
  const remember = (change: NodeChange): Promise<void> =>
    save({ ...record, changes: [...record.changes.filter(({ path }) => path !== change.path), change] });

  if (present === undefined) await save(record);
  return {
    get record() {
      return record;
    },
    replaceFile: async (path, content, mode) => {
      const [current, wanted] = [await nodeFileDigest(shell, path), await digestOf(content)];
      if (current === wanted) return false;
      const known = changeOf(path);
      if (known === undefined) {
        const backup = `${place.folder}/backup/${record.changes.length}`;
        if (current !== undefined) await saveCopy(shell, path, backup);
        await remember({
          path,
          kind: "file",
          after: [wanted],
          ...(current !== undefined && { before: current, backup }),
        });
      } else {
        refuseForeign(shell, known, current, place);
        await remember({ ...known, after: [...new Set([...known.after, wanted])] });
      }
      await writeNodeFile(shell, path, content, current === undefined && mode === "keep" ? "644" : mode);
      return true;
    },
    original: async (path) => {
      const known = changeOf(path);
      if (known === undefined) return readNodeFile(shell, path);
      return known.backup === undefined ? undefined : readNodeFile(shell, known.backup);
    },
    makeFolder: async (path) => {
      const first = (await runOn(shell, `look at ${path}`, firstMissingScript, { args: [path] })).trim();
      if (first === "") return;
      await remember({ path: first, kind: "folder", after: [] });
      await runOn(shell, `make ${path}`, 'mkdir -p -- "$1"', { args: [path] });
    },
    addsImages: async (references) => {
      const added = references.filter((reference) => !record.images.includes(reference));
      if (added.length > 0) await save({ ...record, images: [...record.images, ...added] });
    },
    hasImages: async (names) => {
      if (record.imagesBefore === undefined) await save({ ...record, imagesBefore: [...names] });
    },
    needsRestart: async () => {
      if (!record.restart) await save({ ...record, restart: true });
    },
  };
}

/** The topmost folder on the way to `$1` that does not exist. */
const firstMissingScript = `missing= at=$1
while [ ! -e "$at" ]; do missing=$at; at=$(dirname "$at"); done
printf %s "$missing"`;

/** With times, mode and owner. */
const saveCopy = (shell: NodeShell, path: string, backup: string): Promise<string> =>
  runOn(
    shell,
    `save ${path}`,
    'set -eu; mkdir -p "$(dirname "$2")"; cp -p -- "$1" "$2.new"; sync "$2.new"; mv -f "$2.new" "$2"; sync "$(dirname "$2")"',
    { args: [path, backup] },
  );

function refuseForeign(shell: NodeShell, change: NodeChange, current: string | undefined, place: JournalPlace): void {
  if (current === change.before || (current !== undefined && change.after.includes(current))) return;
  throw foreignChange(shell.node, [change], place);
}

function foreignChange(node: string, changes: readonly NodeChange[], { folder }: JournalPlace): KaliumError {
  const list = changes.map(({ path, backup }) => `${path} (before: ${backup ?? "there was none"})`).join(", ");
  return new KaliumError(
    "E_CLUSTER",
    `node ${node}: somebody else has changed files that \`up\` had changed: ${list}`,
    {
      hint: `Restore them by hand, then run \`npm run cluster -- down\` again; ${folder} stays on the node until then.`,
    },
  );
}

/** Undoes one change. Exit code 3: the file is neither as it was nor as we wrote it. */
const restoreScript = `set -eu
path=$1 before=$2 backup=$3 new=$4; shift 4
rm -f -- "$new"
current=; if [ -e "$path" ]; then current=$(sha256sum < "$path"); current=\${current%% *}; fi
[ "$current" != "$before" ] || exit 0
ours=; for after; do [ "$current" != "$after" ] || ours=1; done
[ -n "$ours" ] || exit 3
if [ -z "$before" ]; then rm -f -- "$path"; else
  cp -p -- "$backup" "$new"; sync "$new"; mv -f -- "$new" "$path"; fi
sync "$(dirname "$path")"`;

/**
 * Puts everything back that the record names, newest first. Our own folders stay: `removeFolders` ends the matter.
 * @throws {KaliumError} E_CLUSTER that names each file that somebody else has changed meanwhile; all others are put back
 */
export async function restoreFiles(shell: NodeShell, record: NodeRecord, place = usualPlace): Promise<void> {
  const foreign: NodeChange[] = [];
  for (const change of record.changes.toReversed()) {
    const { path, kind, before = "", backup = "", after } = change;
    if (kind === "folder") {
      await runOn(shell, `remove ${path}`, 'rm -rf -- "$1"', { args: [path], timeoutMs: 120_000 });
      continue;
    }
    const { code, stderr } = await shell.run(restoreScript, {
      args: [path, before, backup, unfinished(path), ...after],
    });
    if (code === 3) foreign.push(change);
    else if (code !== 0)
      throw new KaliumError("E_CLUSTER", `node ${shell.node}: cannot restore ${path}: ${stderr.trim()}`);
  }
  if (foreign.length > 0) throw foreignChange(shell.node, foreign, place);
}

/** The manifest goes last, so that what is cut short here is found again. */
export const removeFolders = (shell: NodeShell, { folder, logFolder }: JournalPlace = usualPlace): Promise<string> =>
  runOn(
    shell,
    `remove ${folder}`,
    'set -eu; rm -rf -- "$2"; [ -e "$1" ] || exit 0; find "$1" -mindepth 1 -maxdepth 1 ! -name manifest.json -exec rm -rf {} +; rm -rf -- "$1"',
    { args: [folder, logFolder], timeoutMs: 120_000 },
  );
