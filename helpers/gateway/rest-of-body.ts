import type { IncomingMessage } from "node:http";

const mostBytes = 256 * 2 ** 10;
const mostMs = 500;

/**
 * Reads what is left of a request's body before it is refused: a connection that is closed with unread bytes is reset, and
 * the client never sees why. Like Go's server, it waits for 256 KB or half a second at most. What comes later on a connection
 * that is kept is read and dropped, for as long as the server lets a request take. Never rejects.
 */
export function restOfBody(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(done, mostMs);
    function done(): void {
      clearTimeout(timer);
      resolve();
    }
    incoming.once("end", done).once("close", done).on("error", done);
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) done();
    });
  });
}
