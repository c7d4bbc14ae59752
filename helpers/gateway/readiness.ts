import { get } from "node:http";
import { connect as connectByNode, type Socket, type TcpNetConnectOpts } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { poll } from "../base/deadline.ts";
import { messageOf } from "../base/errors.ts";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** How a connection is opened. */
export type Connect = (options: TcpNetConnectOpts) => Socket;

/** Between two tries. */
const pauseMs = 25;
/** Of one try to connect: a SYN into a network stack that is not up yet gets no answer at all. */
const connectMs = 150;
/** From connecting to the answer. */
const answerMs = 10_000;

export interface ReadinessOptions {
  readonly hint: AbortSignal;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly connect?: Connect | undefined;
  /** Which answers count; default: those with a status below 500. */
  readonly counts?: ((answer: ReadinessAnswer) => boolean) | undefined;
}

export interface ReadinessAnswer {
  readonly status: number;
  readonly body: string;
  /** Who says it, where it is not the function: `X-OpenFaaS-Internal`. */
  readonly internal: string | undefined;
}

/**
 * Calls the function until an answer counts.
 * @param hint aborts when the function is said to listen: a running wait or try ends then, and the next follows at once
 * @throws {KaliumError} E_TIMEOUT with the last reason
 */
export async function untilReady(
  endpoint: Endpoint,
  path: string,
  { hint, timeoutMs, signal, connect, counts = ({ status }) => status < 500 }: ReadinessOptions,
): Promise<void> {
  let last: string | undefined;
  const what = `an answer below 500 from http://${endpoint.host}:${endpoint.port}${path}`;
  await poll({ what, timeoutMs, signal, intervalMs: 0, lastReason: () => last }, async (deadline) => {
    const early = hint.aborted ? deadline : AbortSignal.any([deadline, hint]);
    try {
      const answer = await getOnce(endpoint, path, early, connect);
      if (counts(answer)) return true;
      last = `status ${answer.status}`;
    } catch (error) {
      if (!early.aborted) last = messageOf(error);
    }
    await sleep(pauseMs, undefined, { signal: early }).catch(() => undefined);
    return undefined;
  });
}

/** One GET on a connection of its own, with a deadline for connecting and one for the answer. */
export async function getOnce(
  { host, port }: Endpoint,
  path: string,
  signal: AbortSignal,
  connect: Connect = connectByNode,
): Promise<ReadinessAnswer> {
  const socket = await open({ host, port }, AbortSignal.any([signal, AbortSignal.timeout(connectMs)]), connect);
  try {
    return await new Promise((resolve, reject) => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
      get({ host, port, path, createConnection: () => socket, signal: deadline }, (answer) => {
        const { statusCode: status = 500, headers } = answer;
        const internal = headers["x-openfaas-internal"]?.toString();
        text(answer).then((body) => resolve({ status, body, internal }), reject);
      }).on("error", reject);
    });
  } finally {
    socket.destroy();
  }
}

function open({ host, port }: Endpoint, signal: AbortSignal, connect: Connect): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const giveUp = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      signal.removeEventListener("abort", giveUp);
      resolve(socket);
    });
  });
}

interface Startable {
  readonly image: { readonly kind: "stored" | "fetched" };
  readonly env: Readonly<Record<string, string>>;
  readonly watchdog: { readonly readyPath: string };
}

export interface ReadinessQuestion {
  readonly path: string;
  /** Default: an answer below 500. */
  readonly counts?: (answer: ReadinessAnswer) => boolean;
}

/** Below the path that a watchdog answers itself, perhaps before the function listens: the function answers it. */
const functionHealth = "/_/health/";

/**
 * Where an instance is asked whether it is ready. A function behind of-watchdog is asked itself, as ours are: its own
 * answer counts, whatever it says to a path that it does not know. One that the classic watchdog starts for each call is
 * not: it would work for nobody.
 */
export function readinessOf({ image, env, watchdog }: Startable): ReadinessQuestion {
  if (watchdog.readyPath !== "") return { path: "/_/ready" };
  if (image.kind === "stored") return { path: functionHealth };
  if (env["mode"] !== "http") return { path: "/_/health" };
  return { path: functionHealth, counts: ({ status, internal }) => internal === undefined && status !== 503 };
}
