import type { IncomingMessage, ServerResponse } from "node:http";

const mostBytes = 256 * 2 ** 10;
const mostMs = 500;

/**
 * Reads what is left of a request's body before it is refused: a connection that is closed with unread bytes is reset, and
 * the client never sees why. Like Go's server, it stops after 256 KB or half a second; then the answer ends the connection.
 * Never rejects.
 */
export async function restOfBody(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.complete || incoming.destroyed) return;
  if (!(await endOfBody(incoming))) outgoing.setHeader("Connection", "close");
}

/** Resolves to whether it has come. */
function endOfBody(incoming: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(done, mostMs);
    function done(): void {
      clearTimeout(timer);
      resolve(incoming.complete);
    }
    incoming.once("end", done).once("close", done).on("error", done);
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) done();
    });
  });
}
