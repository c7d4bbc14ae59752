import { once } from "node:events";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { Exec, type V1Status } from "@kubernetes/client-node";
import { within } from "../../base/deadline.ts";
import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { forwardPod } from "../api/port-forward.ts";
import { explainRefusal } from "../api/refusal.ts";
import { inImage } from "../../images/in-image.ts";
import { type ServiceProgram, servicePath } from "./service-programs.ts";
import { type ServicesPod, servicesContainer } from "./services-pod.ts";

export interface PodService {
  /** Addresses on the pod's loopback are replaced by forwarded ones on this machine's. */
  readonly info: unknown;
  /** Resolves when the program has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Idempotent. */
  stop(): Promise<void>;
}

const startMs = 60_000;
const stopMs = 10_000;
/** Balancers before API servers, and kubelets, cut what is silent for minutes. A service reads one line and no more. */
const sayMs = 20_000;
const doors = /http:\/\/127\.0\.0\.1:(\d+)/g;

/**
 * Starts a service's program in the pod: options and the ready line go through the API server as they go through pipes
 * here (helpers/base/child-service.ts), so no file or object holds them. It ends with this connection.
 * @throws {KaliumError} E_CLUSTER, E_SERVICE with its last words, E_TIMEOUT
 */
export async function runInPod(
  cluster: Cluster,
  { namespace, pod }: ServicesPod,
  { program, options }: { readonly program: ServiceProgram; readonly options: unknown },
): Promise<PodService> {
  await using stack = new AsyncDisposableStack();
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const words: string[] = [];
  createInterface(stderr).on("line", (line) => words.push(line) > 40 && words.shift());
  const status = Promise.withResolvers<V1Status | undefined>();
  const command = [inImage.node, "--disable-warning=ExperimentalWarning", servicePath(program)];
  const what = `start ${program} in pod ${namespace}/${pod}`;
  const socket = (await new Exec(cluster.config)
    .exec(namespace, pod, servicesContainer, command, stdout, stderr, stdin, false, status.resolve)
    .catch((error: unknown) => Promise.reject(explainRefusal(what, error, cluster.server)))) as Connection;
  socket.onclose = () => status.resolve(undefined);
  const ended = status.promise.then(() => undefined);
  stack.defer(() => socket.close());
  stack.defer(async () => {
    stdin.end();
    await within({ what: `${program} to end`, timeoutMs: stopMs }, () => ended).catch(() => undefined); // then it is cut
  });
  stdin.write(`${JSON.stringify(options)}\n`);
  const line = await within({ what: `the cluster to ${what}`, timeoutMs: startMs }, (signal) =>
    Promise.race([
      once(createInterface(stdout), "line", { signal }).then(([text]: unknown[]) => String(text)),
      ended.then(() => {
        throw new KaliumError("E_SERVICE", `${program} ended in pod ${namespace}/${pod}: ${words.join("\n")}`);
      }),
    ]),
  );
  const alive = setInterval(() => stdin.write("\n"), sayMs);
  stack.defer(() => clearInterval(alive));
  const forwarded = new Map<string, string>();
  for (const [url, port] of line.matchAll(doors)) {
    const { endpoint } = stack.use(await forwardPod(cluster, { namespace, name: pod, port: Number(port) }));
    forwarded.set(url, `http://${endpoint.host}:${endpoint.port}`);
  }
  const { ready } = JSON.parse(line.replace(doors, (url) => forwarded.get(url) ?? url)) as { readonly ready: unknown };
  const owned = stack.move();
  return { info: ready, ended, stop: () => owned.disposeAsync() };
}

/** The part of a web socket that is used here; its own types are not installed. */
interface Connection {
  onclose: () => void;
  close(): void;
}
