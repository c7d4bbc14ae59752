import { createInterface } from "node:readline";
import type { KubeConfig } from "@kubernetes/client-node";
import type { LogLine, LogQuery } from "../../gateway/function-log.ts";
import { defaultNamespace } from "../../gateway/deployment.ts";
import type { Cluster } from "../api/connect.ts";
import type { AskApi } from "./api-errors.ts";
import { streamFromApi } from "./api-stream.ts";
import { functionLabel } from "./function-objects.ts";

export type ReadPodLogs = (
  name: string,
  query: LogQuery,
  signal: AbortSignal,
) => AsyncGenerator<LogLine, void, undefined>;

/** Lines of a function's pods. Without `follow` sorted by time; with it as they come, of the pods there are at its start. */
export function podLogs({ config, core }: Cluster, ask: AskApi, namespace: string): ReadPodLogs {
  return async function* (name, query, signal) {
    const { items } = await ask(`list the pods of ${name}`, () =>
      core.listNamespacedPod({ namespace, labelSelector: `${functionLabel}=${name}` }),
    );
    const pods = items
      .filter(({ status }) => status?.containerStatuses?.some(({ state }) => state?.waiting === undefined))
      .flatMap(({ metadata }) => metadata?.name ?? [])
      .filter((pod) => query.instance === undefined || pod === query.instance);
    const streams = pods.map((pod) => readPod(config, ask, namespace, name, pod, query, signal));
    if (query.follow) {
      yield* merge(streams, signal);
      return;
    }
    const lines: LogLine[] = [];
    for (const stream of streams) for await (const line of stream) lines.push(line);
    yield* lines.sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
  };
}

async function* readPod(
  config: KubeConfig,
  ask: AskApi,
  namespace: string,
  name: string,
  pod: string,
  { tail, since, follow }: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine, void, undefined> {
  if (since !== undefined && since.getTime() > Date.now() && !follow) return; // the API server refuses the future
  const query = new URLSearchParams({
    container: name,
    timestamps: "true",
    ...(follow && { follow: "true" }),
    ...(tail !== undefined && { tailLines: String(tail) }),
    ...(since !== undefined && { sinceTime: since.toISOString() }),
  });
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log?${query.toString()}`;
  const ended = new AbortController();
  const output = await ask(`read the log of ${pod}`, () =>
    streamFromApi(config, path, AbortSignal.any([signal, ended.signal])),
  );
  const lines = createInterface(output);
  output.once("close", () => lines.close()); // an aborted or broken stream has no end
  try {
    for await (const line of lines) {
      const space = line.indexOf(" ");
      const [timestamp, text] = space === -1 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)];
      yield { name, namespace: defaultNamespace, instance: pod, timestamp, text: `${text}\n` };
    }
  } finally {
    ended.abort();
  }
}

/** Whichever has a line next. */
async function* merge<T>(
  streams: readonly AsyncGenerator<T, void, undefined>[],
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const next = async (stream: AsyncGenerator<T, void, undefined>) => ({ stream, result: await stream.next() });
  const pending = new Map(streams.map((stream) => [stream, next(stream)]));
  try {
    while (pending.size > 0 && !signal.aborted) {
      const { stream, result } = await Promise.race(pending.values());
      if (result.done === true) pending.delete(stream);
      else {
        pending.set(stream, next(stream));
        yield result.value;
      }
    }
  } finally {
    for (const stream of pending.keys()) void stream.return();
  }
}
