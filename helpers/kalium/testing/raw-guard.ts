import { Dealer } from "zeromq";

/**
 * The other end of our controller as the artifact's proxy and C++ guard are: bytes written by hand from the protocol's
 * description, nothing of ours, no authentication.
 */
export interface RawGuard {
  send(bytes: Buffer): Promise<void>;
  /** The next message, all its parts as one; rejects after a second. */
  receive(): Promise<Buffer>;
  close(): void;
}

export function rawGuard(address: string, identity: string): RawGuard {
  const socket = new Dealer({ routingId: identity, receiveTimeout: 1_000, sendTimeout: 1_000, linger: 0 });
  socket.connect(address);
  return {
    send: (bytes) => socket.send(bytes),
    receive: async () => Buffer.concat(await socket.receive()),
    close: () => socket.close(),
  };
}

/** Type, action, length as eight hexadecimal digits, body; 64 zeros for a signature that nobody makes. */
export function rawFrame(type: number, action: number, body: string, { signed = true } = {}): Buffer {
  const length = Buffer.from(body.length.toString(16).padStart(8, "0"));
  return Buffer.concat([Buffer.from([type, action]), length, Buffer.from(body), Buffer.alloc(signed ? 64 : 0)]);
}
