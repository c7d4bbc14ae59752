import { Context, Router } from "zeromq";
import { messageOf, KaliumError } from "../../base/errors.ts";
import { securityDomain, startAuthenticator } from "./authenticator.ts";
import type { ControllerSecurity } from "./keys.ts";

/** Replies to a message of a guard, in order. */
export type AnswerMessage = (bytes: Uint8Array) => readonly Buffer[];

export interface ControllerServer extends AsyncDisposable {
  /** `tcp://host:port` */
  readonly address: string;
  readonly close: () => Promise<void>;
}

export interface ControllerServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly security: ControllerSecurity;
}

/** Largest message that is read, bytes: the artifact's guards put whole request bodies into events, in hexadecimal. */
const maxMessageBytes = 16 * 2 ** 20;
/** For answers that are still on their way at the end, ms. */
const lingerMs = 200;

/** Listens for guards. @throws {KaliumError} E_CONFIG when the address is taken or not this machine's */
export async function startControllerServer(
  { host, port, security }: ControllerServerOptions,
  answer: AnswerMessage,
): Promise<ControllerServer> {
  const context = new Context(); // an authenticator answers for its whole context
  const authenticator =
    security.kind === "curve" ? await startAuthenticator(context, security.guardPublicKey) : undefined;
  const socket = new Router({
    context,
    linger: lingerMs,
    maxMessageSize: maxMessageBytes,
    ...(security.kind === "curve" && {
      curveServer: true,
      curvePublicKey: security.own.publicKey,
      curveSecretKey: security.own.secretKey,
      zapDomain: securityDomain,
      zapEnforceDomain: true, // without an authenticator nobody comes in
    }),
  });
  try {
    await socket.bind(`tcp://${host}:${port === 0 ? "*" : port}`);
  } catch (error) {
    socket.close();
    authenticator?.close();
    throw new KaliumError("E_CONFIG", `the controller cannot listen on ${host}:${port}: ${messageOf(error)}`, {
      hint: "Choose another port; 0 takes a free one.",
      cause: error,
    });
  }
  const address = socket.lastEndpoint ?? "";

  const serving = (async () => {
    for await (const [guard, message, ...more] of socket) {
      if (guard === undefined || message === undefined || more.length > 0) continue; // no guard says things in parts
      for (const reply of answer(message)) await socket.send([guard, reply]).catch(() => undefined); // its guard is gone
    }
  })();

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      socket.close();
      authenticator?.close();
      await serving.catch(() => undefined); // a send that the closing cut off
    })());
  return { address, close, [Symbol.asyncDispose]: close };
}
