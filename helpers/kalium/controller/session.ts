import { Dealer } from "zeromq";
import { messageOf } from "../../base/errors.ts";
import type { ControllerFailure } from "../core/guard.ts";
import {
  type HeaderTrust,
  isStatusRequest,
  readReply,
  type ControllerReply,
  type ReplyKind,
  toController,
} from "../wire/messages.ts";
import type { GuardSecurity } from "./keys.ts";

export type SessionAnswer =
  | { readonly ok: true; readonly reply: ControllerReply }
  | ({ readonly ok: false; readonly problem: string } & ControllerFailure);

/** One ZeroMQ identity and what it is waiting for: at most one answer, because answers name no question. */
export interface GuardSession {
  /** Never rejects. After a failure the session must be closed. */
  ask(frame: Buffer, expected: ReplyKind, leftMs: number): Promise<SessionAnswer>;
  /** False after an answer that nobody asked for: who knows what the next one belongs to. */
  readonly usable: boolean;
  /** Never rejects: what cannot be sent is an anomaly. */
  send(frame: Buffer): Promise<void>;
  close(options: { readonly lingerMs: number }): void;
}

/** Largest answer that is read, bytes: above the largest policy. */
const maxAnswerBytes = 16 * 2 ** 20;

export interface SessionOptions {
  /** `tcp://host:port` */
  readonly address: string;
  /** For each answer, from the call on. */
  readonly timeoutMs: number;
  readonly security: GuardSecurity;
  /** `artifact` for a real `ctr`. */
  readonly trust: HeaderTrust;
  /** For what is odd but harmless: an answer under a wrong header, an answer that nobody asked for. */
  readonly onAnomaly?: (what: string) => void;
}

export function openSession(options: SessionOptions, identity: string): GuardSession {
  const { address, security, timeoutMs, trust, onAnomaly } = options;
  const startedAtMs = performance.now();
  const socket = new Dealer({
    routingId: identity,
    sendTimeout: timeoutMs,
    maxMessageSize: maxAnswerBytes,
    ...(security.kind === "curve" && {
      curvePublicKey: security.own.publicKey,
      curveSecretKey: security.own.secretKey,
      curveServerKey: security.controllerPublicKey,
    }),
  });
  socket.connect(address);
  let checks = 0;
  let usable = true;
  let waiting: { readonly expected: ReplyKind; readonly resolve: (answer: SessionAnswer) => void } | undefined;

  const settle = (answer: SessionAnswer): void => {
    waiting?.resolve(answer);
    waiting = undefined;
  };
  const send = async (frame: Buffer): Promise<void> => {
    try {
      await socket.send(frame);
    } catch (error) {
      onAnomaly?.(`cannot send to the controller: ${messageOf(error)}`);
    }
  };
  const take = (frame: Buffer): void => {
    if (frame.length === 0) return; // an event was acknowledged
    if (isStatusRequest(frame)) {
      void send(toController.status(checks, Math.round((performance.now() - startedAtMs) * 1000)));
      return;
    }
    if (waiting === undefined) {
      usable = false;
      onAnomaly?.("the controller answered though nothing was asked");
      return;
    }
    const read = readReply(frame, waiting.expected, trust);
    if (read.ok && read.anomaly) onAnomaly?.("an answer under the header of another");
    settle(read.ok ? { ok: true, reply: read.reply } : { ok: false, failure: "protocol-error", problem: read.problem });
  };
  const reading = (async () => {
    for await (const [frame, ...more] of socket) {
      if (frame !== undefined && more.length === 0) take(frame);
      else settle({ ok: false, failure: "protocol-error", problem: "an answer of several parts" });
    }
  })();
  reading.catch((error: unknown) =>
    settle({ ok: false, failure: "protocol-error", problem: `cannot read from the controller: ${messageOf(error)}` }),
  );

  return {
    ask: (frame, expected, leftMs) => {
      checks += expected === "verdict" ? 1 : 0;
      const { promise, resolve } = Promise.withResolvers<SessionAnswer>();
      waiting = { expected, resolve };
      const problem = `no answer within ${timeoutMs} ms`;
      const late = setTimeout(() => settle({ ok: false, failure: "controller-timeout", problem }), leftMs);
      void send(frame);
      return promise.finally(() => clearTimeout(late));
    },
    send,
    get usable() {
      return usable;
    },
    close: ({ lingerMs }) => {
      settle({ ok: false, failure: "controller-timeout", problem: "the connection was closed" });
      socket.linger = lingerMs;
      socket.close();
    },
  };
}
