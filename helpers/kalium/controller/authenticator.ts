import { timingSafeEqual } from "node:crypto";
import { type Context, Router } from "zeromq";
import { fromZ85 } from "./keys.ts";

/** It decides about sockets of the context that name this domain; without its answer, connections are refused. */
export const securityDomain = "kalium";

/**
 * Answers ZeroMQ's question (ZAP, RFC 27) whether a connecting peer may come in: only who holds the secret key of
 * `publicKey`. Without it, CURVE would let in everybody who knows the controller's public key.
 */
export async function startAuthenticator(context: Context, publicKey: string): Promise<{ close(): void }> {
  const wanted = fromZ85(publicKey);
  const socket = new Router({ context, linger: 0 });
  await socket.bind("inproc://zeromq.zap.01");
  const answering = (async () => {
    for await (const [peer, , version, requestId, domain, , , mechanism, key] of socket) {
      const welcome =
        domain?.toString() === securityDomain &&
        mechanism?.toString() === "CURVE" &&
        key?.length === wanted.length &&
        timingSafeEqual(key, wanted);
      const status = welcome ? ["200", "OK"] : ["400", "not a guard of this run"];
      await socket.send([peer ?? "", "", version ?? "", requestId ?? "", ...status, "", ""]);
    }
  })();
  answering.catch(() => undefined); // closed under its hands: who connects now gets no answer, and so not in
  return { close: () => socket.close() };
}
