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
}

/**
 * Calls the function until it answers with a status below 500.
 * @param hint aborts when the function is said to listen: a running wait or try ends then, and the next follows at once
 * @throws {KaliumError} E_TIMEOUT with the last reason
 */
export async function untilReady(
  endpoint: Endpoint,
  path: string,
  { hint, timeoutMs, signal, connect }: ReadinessOptions,
): Promise<void> {
  let last: string | undefined;
  const what = `an answer below 500 from http://${endpoint.host}:${endpoint.port}${path}`;
  await poll({ what, timeoutMs, signal, intervalMs: 0, lastReason: () => last }, async (deadline) => {
    const early = hint.aborted ? deadline : AbortSignal.any([deadline, hint]);
    try {
      const { status } = await getOnce(endpoint, path, early, connect);
      if (status < 500) return true;
      last = `status ${status}`;
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
): Promise<{ readonly status: number; readonly body: string }> {
  const socket = await open({ host, port }, AbortSignal.any([signal, AbortSignal.timeout(connectMs)]), connect);
  try {
    return await new Promise((resolve, reject) => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
      get({ host, port, path, createConnection: () => socket, signal: deadline }, (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 500, body }), reject);
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
