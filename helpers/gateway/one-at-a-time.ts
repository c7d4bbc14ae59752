import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Handles the requests of one connection one after the other, as Go's `net/http` does. Node hands out pipelined requests
 * as they are parsed: one connection could have thousands of calls under way, each with a descriptor of its own. What is
 * not yet parsed stays in the client.
 */
export function oneAtATime(handle: RequestListener): RequestListener {
  const last = new WeakMap<Socket, ServerResponse>();
  return (incoming: IncomingMessage, outgoing) => {
    const { socket } = incoming;
    const before = last.get(socket);
    last.set(socket, outgoing);
    if (before === undefined || before.closed) {
      handle(incoming, outgoing);
      return;
    }
    socket.pause();
    before.once("close", () => {
      if (socket.destroyed) return;
      if (last.get(socket) === outgoing) socket.resume();
      handle(incoming, outgoing);
    });
  };
}
