import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { PortForward } from "@kubernetes/client-node";
import type { Cluster } from "./connect.ts";

export interface Forwarded extends AsyncDisposable {
  /** On loopback. */
  readonly endpoint: { readonly host: string; readonly port: number };
}

interface OpenedSocket {
  close(): void;
  addEventListener(type: "close", listener: () => void): void;
}

export interface ForwardTarget {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** As `kubectl port-forward service/NAME`: each connection goes to a ready pod of the service, by the API server. */
export function forwardService({ config }: Cluster, { namespace, name, port }: ForwardTarget): Promise<Forwarded> {
  const forward = new PortForward(config);
  return listen((socket) => forward.portForwardService(namespace, name, [port], socket, null, socket));
}

/** As `kubectl port-forward pod/NAME`; also to ports on the pod's loopback. Not to pods of gVisor. */
export function forwardPod({ config }: Cluster, { namespace, name, port }: ForwardTarget): Promise<Forwarded> {
  const forward = new PortForward(config);
  return listen((socket) => forward.portForward(namespace, name, [port], socket, null, socket));
}

async function listen(connect: (socket: Socket) => Promise<unknown>): Promise<Forwarded> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket)).on("error", () => undefined);
    connect(socket)
      .then((open) => {
        const webSocket = open as OpenedSocket; // what it gives when it is not asked to try again
        socket.once("close", () => webSocket.close());
        webSocket.addEventListener("close", () => socket.destroy());
      })
      .catch(() => socket.destroy()); // the client sees a connection that breaks, and says so
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    endpoint: { host: "127.0.0.1", port: (server.address() as AddressInfo).port },
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
