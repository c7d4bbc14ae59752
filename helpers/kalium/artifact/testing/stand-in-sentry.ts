/**
 * Stands in for what the artifact added to the sentry: the machine's own runsc has no guard. It watches the pods of a run,
 * holds each until its function is registered (as the artifact's start does), and has a guard look at what they write.
 */
import { readdir, rm } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runPrefix } from "../../../sandboxes/run-network.ts";
import { bootLogFolder } from "../pod.ts";
import { makeGroupsOf2020 } from "./stand-in-cgroups.ts";
import { type Fate, type StandInGuarded, guardPod } from "./stand-in-guard.ts";
import { findPod, type Pod } from "./stand-in-pods.ts";
import { watchWire } from "./stand-in-wire.ts";

export interface SentryOptions {
  /** Folders of the runs whose pods it watches. */
  readonly runDirectories: () => Promise<readonly string[]>;
  readonly seclambda: string;
  /** What is to go wrong with a pod; asked once for each guarded one, in the order of their starts. */
  readonly fate?: ((pod: Pod) => Fate | undefined) | undefined;
}

export interface StandInSentry extends AsyncDisposable {
  /** Host names of the pods that a controller has answered; empty for one without. */
  readonly registered: readonly string[];
}

const lookEveryMs = 20;

/** Until disposal, which rejects with the first thing that went wrong. */
export function startStandInSentry({ runDirectories, seclambda, fate }: SentryOptions): StandInSentry {
  const known = new Set<string>();
  /** By the last number of the pod's address: the newest that has it. */
  const guarded = new Map<number, StandInGuarded>();
  const all: StandInGuarded[] = [];
  const folders: string[] = [];
  const registered: string[] = [];
  const stop = new AbortController();
  using stack = new DisposableStack();

  const meet = async (pod: Pod): Promise<void> => {
    if (pod.cgroupsPath !== undefined) {
      await makeGroupsOf2020(pod.cgroupsPath, pod.pid).then(
        (made) => folders.push(...made),
        () => process.kill(pod.pid, "SIGKILL"),
      );
    }
    if (!pod.guarded) return;
    const one = guardPod(pod, { seclambda, fate: fate?.(pod), onRegistered: () => registered.push(pod.hostName) });
    guarded.set(pod.host, one);
    all.push(one);
  };
  const watched = new Set<string>();
  const look = async (directory: string): Promise<void> => {
    if (!watched.has(directory)) {
      watched.add(directory);
      const bridge = runPrefix(basename(directory).slice("kalium-bench-".length));
      wires.use(watchWire(bridge, (write) => guarded.get(write.host)?.sees(write)));
    }
    for (const id of await readdir(bootLogFolder(directory)).catch(() => [])) {
      const pod = known.has(id) ? undefined : await findPod(directory, id);
      if (pod === undefined) continue;
      known.add(id);
      await meet(pod);
    }
  };
  const wires = stack.move();
  const watching = (async () => {
    while (!stop.signal.aborted) {
      for (const directory of await runDirectories()) await look(directory);
      await sleep(lookEveryMs);
    }
  })();
  watching.catch(() => undefined); // reported at the end
  return {
    registered,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      wires.dispose();
      await Promise.all([watching, ...all.map((one) => one.end())]);
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}
