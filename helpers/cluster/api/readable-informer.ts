import {
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  ListWatch,
  Watch,
} from "@kubernetes/client-node";
import { readableObject } from "./readable-object.ts";

export interface InformerOptions<T extends KubernetesObject> {
  readonly config: KubeConfig;
  /** `/apis/<group>/<version>/namespaces/<namespace>/<plural>` */
  readonly path: string;
  /** `V1Pod` */
  readonly type: string;
  readonly labelSelector: string;
  readonly list: () => Promise<KubernetesListObject<T>>;
}

/**
 * The client's informer, which takes only objects that it can keep: with a name and a namespace, and fields of their
 * types. Without this, one odd line of a watch ends the process, because nobody hears of what its handler throws.
 */
export function readableInformer<T extends KubernetesObject>(options: InformerOptions<T>): ListWatch<T> {
  const { config, path, type, labelSelector, list } = options;
  const watch = new Watch(config);
  const begin = watch.watch.bind(watch);
  watch.watch = (from, query, onEvent, done) =>
    begin(from, query, (phase, object: unknown) => takeEvent({ phase, object, type }, onEvent, done), done);
  const readableList = async (): Promise<KubernetesListObject<T>> => {
    const found = await list();
    return { ...found, items: found.items.flatMap((item) => (keepable(item, type) as T | undefined) ?? []) };
  };
  return new ListWatch<T>(path, watch, readableList, false, labelSelector);
}

interface WatchEvent {
  readonly phase: string;
  readonly object: unknown;
  readonly type: string;
}

type OnEvent = (phase: string, object: object) => unknown;

/** Exported for tests. `done` hears what `onEvent` throws: the watch ends, and is begun again. */
export function takeEvent({ phase, object, type }: WatchEvent, onEvent: OnEvent, done: (error: unknown) => void): void {
  const isChange = phase === "ADDED" || phase === "MODIFIED" || phase === "DELETED";
  const taken = isChange ? keepable(object, type) : ((readableObject(object, "V1Status") as object | undefined) ?? {});
  if (taken === undefined) return;
  new Promise((resolve) => {
    resolve(onEvent(phase, taken));
  }).catch(done);
}

function keepable(object: unknown, type: string): KubernetesObject | undefined {
  const readable = readableObject(object, type) as KubernetesObject | undefined;
  const { name, namespace } = readable?.metadata ?? {};
  return name === undefined || name === "" || namespace === undefined ? undefined : readable;
}
