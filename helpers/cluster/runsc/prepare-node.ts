import { KaliumError } from "../../base/errors.ts";
import { nodeFolder, nodeLogFolder } from "../names.ts";
import { addHandlers, effectiveRuntimes } from "../nodes/containerd-config.ts";
import { type Containerd, dumpConfig, inspectContainerd } from "../nodes/containerd.ts";
import { rememberImages, restoreImages } from "../nodes/node-images.ts";
import { ensureNodeFile } from "../nodes/node-files.ts";
import {
  type NodeJournal,
  openNodeJournal,
  readNodeRecord,
  removeFolders,
  restoreFiles,
} from "../nodes/node-journal.ts";
import { type NodeShell, runOn } from "../nodes/node-shell.ts";
import { restartContainerd } from "../nodes/restart-containerd.ts";
import { nodePlaceOf, type RunscBuild, singleHandler, singleRunscPath } from "./builds.ts";
import { runscConfig, wrapperScript } from "./runsc-config.ts";

export interface Preparation {
  readonly runId: string;
  readonly builds: readonly RunscBuild[];
  /** `containerd-shim-runsc-v1` of this machine, for nodes that have none. */
  readonly shim?: string | undefined;
  /** Says what is being done, for people. */
  readonly report: (line: string) => void;
}

/**
 * Puts the builds onto a node, each as a handler of its containerd. May be repeated: what is in place stays.
 * @throws {KaliumError} E_CLUSTER; the node's journal has all that is needed to undo it
 */
export async function prepareNode(shell: NodeShell, { runId, builds, shim, report }: Preparation): Promise<Containerd> {
  const containerd = await inspectContainerd(shell);
  const journal = await openNodeJournal(shell, runId);
  await rememberImages(shell, containerd, journal);
  const single = builds.find(({ handler }) => handler === singleHandler);
  if (single !== undefined) {
    await replaceSingle(shell, containerd, journal, single);
    return containerd;
  }
  await checkLogFolder(shell);
  const ownShim = containerd.shim === undefined ? await placeShim(shell, shim) : undefined;
  const systemdCgroup = usesSystemdCgroup(await dumpConfig(shell, containerd));
  for (const build of builds) {
    const place = nodePlaceOf(build);
    await runOn(shell, `make ${place.logFolder}`, 'mkdir -p -- "$1"', { args: [place.logFolder] });
    if (await ensureNodeFile(shell, place.binary, { path: build.binary }, "755"))
      report(`${shell.node}: ${build.version} as ${build.handler}`);
    if (containerd.needsWrapper)
      await ensureNodeFile(shell, place.wrapper, { text: wrapperScript(place.binary) }, "755");
    const text = runscConfig(build, { wrapped: containerd.needsWrapper, systemdCgroup });
    await ensureNodeFile(shell, place.config, { text }, "644");
  }
  await configure(shell, containerd, journal, { builds, ownShim, report });
  return containerd;
}

/** As the artifact's instructions do, but with the way back written down. Pods that run keep the old one. */
async function replaceSingle(
  shell: NodeShell,
  containerd: Containerd,
  journal: NodeJournal,
  { binary }: RunscBuild,
): Promise<void> {
  if (!(singleHandler in effectiveRuntimes(await dumpConfig(shell, containerd)))) {
    throw new KaliumError("E_CLUSTER", `node ${shell.node}: containerd has no runtime handler ${singleHandler}`, {
      hint: "Install gVisor on the node as its documentation says, or leave --single-runsc out: `up` then brings its own handlers.",
    });
  }
  await journal.replaceFile(singleRunscPath, { path: binary }, "755");
}

interface Configuration extends Pick<Preparation, "builds" | "report"> {
  readonly ownShim: string | undefined;
}

async function configure(
  shell: NodeShell,
  containerd: Containerd,
  journal: NodeJournal,
  { builds, ownShim, report }: Configuration,
): Promise<void> {
  const { configPath: path, major } = containerd;
  const handlers = builds.map((build) => ({
    name: build.handler,
    configPath: nodePlaceOf(build).config,
    ...(ownShim !== undefined && { shim: ownShim }),
  }));
  const edit = addHandlers({ path, text: await journal.original(path), major }, handlers);
  await journal.needsRestart();
  await journal.makeFolder(edit.path.slice(0, edit.path.lastIndexOf("/")));
  const changed = await journal.replaceFile(edit.path, { text: edit.text }, "keep");
  const wayBack = journal.record.changes.filter((change) => change.path === edit.path);
  const runtimes = effectiveRuntimes(await dumpConfig(shell, containerd));
  const lost = handlers.find(({ name }) => !(name in runtimes));
  if (lost !== undefined) {
    throw new KaliumError("E_CLUSTER", `node ${shell.node}: containerd does not load ${lost.name} from ${edit.path}`, {
      hint: "Its configuration imports something that replaces it. `npm run cluster -- down` restores the node.",
    });
  }
  if (!changed && !containerd.isStale) return;
  report(`${shell.node}: containerd ${containerd.version} restarts with ${edit.path}`);
  await restartContainerd(
    shell,
    containerd,
    wayBack.map(({ path: changedPath, backup }) => ({ path: changedPath, backup })),
  );
}

/** Whether containers get their control groups from systemd, as runc's do. */
function usesSystemdCgroup(dump: string): boolean {
  const runc = effectiveRuntimes(dump)["runc"] as { options?: { SystemdCgroup?: unknown } } | undefined;
  return runc?.options?.SystemdCgroup === true;
}

async function placeShim(shell: NodeShell, path: string | undefined): Promise<string> {
  if (path === undefined) {
    throw new KaliumError("E_CLUSTER", `node ${shell.node} has no containerd-shim-runsc-v1`, {
      hint: "Give `up` one of gVisor's release: --shim /path/to/containerd-shim-runsc-v1",
    });
  }
  const target = `${nodeFolder}/containerd-shim-runsc-v1`;
  await ensureNodeFile(shell, target, { path }, "755");
  return target;
}

/** Pods would start and write nothing. */
async function checkLogFolder(shell: NodeShell): Promise<void> {
  const { code, stderr } = await shell.run('mkdir -p "$1" && : >"$1/.probe" && rm -f "$1/.probe"', {
    args: [nodeLogFolder],
  });
  if (code === 0) return;
  throw new KaliumError("E_CLUSTER", `node ${shell.node}: ${nodeLogFolder} cannot be written: ${stderr.trim()}`, {
    hint: "Free disk space or remount it, or leave out the node with --nodes.",
  });
}

/**
 * Puts a node back as it was before every run. Does nothing where none has been.
 * @throws {KaliumError} E_CLUSTER when somebody else has changed the same files: then all stays that is needed to compare
 */
export async function restoreNode(shell: NodeShell, report: (line: string) => void): Promise<boolean> {
  const record = await readNodeRecord(shell);
  if (record === undefined) {
    const left = await runOn(shell, "look for folders", 'ls -d "$@" 2>/dev/null || true', {
      args: [nodeFolder, nodeLogFolder, stateFolder],
    });
    if (left.trim() === "") return false;
  } else {
    await restoreFiles(shell, record);
    const containerd = await inspectContainerd(shell);
    await restoreImages(shell, containerd, record);
    if (record.restart) {
      report(`${shell.node}: containerd ${containerd.version} restarts with its own configuration`);
      await restartContainerd(shell, containerd, []);
    }
  }
  await runOn(shell, `remove ${stateFolder}`, 'rm -rf -- "$1"', { args: [stateFolder] });
  await removeFolders(shell);
  return true;
}

/** runsc's own state of running sandboxes. */
const stateFolder = "/run/kalium-bench";
