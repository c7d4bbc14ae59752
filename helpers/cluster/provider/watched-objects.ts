import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { within } from "../../base/deadline.ts";
import { KaliumError, messageOf } from "../../base/errors.ts";
import { type InformerOptions, readableInformer } from "../api/readable-informer.ts";

/** A live copy of some objects of a namespace: watched, not asked for. */
export interface WatchedObjects<T> {
  readonly list: () => readonly T[];
  readonly close: () => Promise<void>;
}

export interface WatchOptions<T extends KubernetesObject> extends InformerOptions<T> {
  /** Called for every change, after it is in the list. */
  readonly onChange: (object: T) => void;
}

const startMs = 20_000;
const againMs = 1_000;

/** Resolves when the first list is there. A connection that breaks later is made again. @throws {KaliumError} E_SERVICE, E_TIMEOUT */
export async function watchObjects<T extends KubernetesObject>(watched: WatchOptions<T>): Promise<WatchedObjects<T>> {
  const { path, list } = watched;
  const closing = new AbortController();
  let failure: unknown;
  const informer = readableInformer<T>({
    ...watched,
    list: () =>
      list().catch((error: unknown) => {
        failure = error;
        throw error;
      }),
  });
  informer.on("change", watched.onChange);
  let started = false;
  informer.on("error", (error: unknown) => {
    failure = error;
    if (!started) return;
    sleep(againMs, undefined, { signal: closing.signal })
      .then(() => informer.start())
      .catch(() => undefined); // closed, or the next error event tells it
  });
  const deadline = { what: `the list of ${path}`, timeoutMs: startMs };
  await within(deadline, () => informer.start());
  if (failure !== undefined) {
    await informer.stop();
    throw new KaliumError("E_SERVICE", `${path} cannot be watched: ${messageOf(failure)}`, {
      hint: "Check the kubeconfig with `npm run cluster -- doctor`",
      cause: failure,
    });
  }
  started = true;
  return {
    list: () => informer.list(),
    async close() {
      closing.abort();
      await informer.stop();
    },
  };
}
