import type { GuardEvent } from "../core/event.ts";
import { type Normalisation, normaliseUrl } from "../core/normalise.ts";
import type { HookEvent } from "./hook-message.ts";

/** What the harness knows about an instance and its surroundings, and the function cannot choose. */
export interface InstancePlace {
  readonly functionName: string;
  readonly instanceId: string;
  /** `address:port` to the name of the service there, because in a test bed many share an address. */
  readonly peers: ReadonlyMap<string, string>;
  /** What deployments of this system put before the names of functions, as `kalium-`; may be empty. */
  readonly namePrefix: string;
  readonly normalise: Normalisation;
}

/** The host of what a function is asked for, and of its end: it has no other name for itself. */
const ownHost = "function";

/**
 * The event as policies know it. The other end is identified by its address, not by the Host header, which a
 * function may forge. @throws {KaliumError} E_POLICY for an invalid host
 */
export function guardEvent(message: HookEvent, place: InstancePlace): GuardEvent {
  const { event: name, method = "", path = "", peer = "", hasBody = false, session } = message;
  const { address, port } = splitPeer(peer);
  const common = {
    function: place.functionName,
    name,
    peerAddress: address,
    peerPort: port,
    hasBody,
    sessionId: sessionIdOf(session, place),
    instanceId: place.instanceId,
  };
  if (name === "ENDE") return { ...common, url: ownHost, method: "" };
  const own = name === "GETE";
  const host = own ? ownHost : (place.peers.get(`${address}:${port}`) ?? (address === "" ? "unknown" : address));
  const target = { host, method, path: own ? path : withoutPrefix(path, place.namePrefix) };
  return { ...common, url: normaliseUrl(target, place.normalise), method };
}

/** `none` is the hook's own word for a call without an id, which other instances use too. */
export const sessionIdOf = (session: string, { instanceId }: Pick<InstancePlace, "instanceId">): string =>
  session.startsWith("none") ? `${instanceId}-${session}` : session;

/** IPv6 sockets write IPv4 addresses as `::ffff:10.0.0.1`. */
function splitPeer(peer: string): { readonly address: string; readonly port: number } {
  const colon = peer.lastIndexOf(":");
  const port = Number(peer.slice(colon + 1));
  return {
    address: peer.slice(0, Math.max(0, colon)).replace(/^::ffff:/i, ""),
    port: Number.isInteger(port) && port <= 65_535 ? port : 0,
  };
}

/** The same policy serves a function under whatever name a system deploys it. */
function withoutPrefix(path: string, prefix: string): string {
  const [start = ""] = /^\/(?:async-)?function\//.exec(path) ?? [];
  return start !== "" && path.startsWith(prefix, start.length)
    ? start + path.slice(start.length + prefix.length)
    : path;
}
