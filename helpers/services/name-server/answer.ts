/** What a cluster's resolver (CoreDNS with its defaults) answers. Pure; RFC 1035, sections 4.1.1 and 4.3. */
import { AUTHORITATIVE_ANSWER, type DecodedPacket, decode, encode, RECURSION_AVAILABLE } from "dns-packet";

export interface NameAnswer {
  readonly packet: Buffer;
  /** The name, where the answer has its address: a look-up ends with it. */
  readonly found?: string;
}

/** "There is no such name", RFC 1035's RCODE 3. */
const noSuchName = 3;
const ttlSeconds = 5;
const zone = "cluster.local";

/** `names`: whole names in lower case to IPv4 addresses. `undefined` for bytes that ask nothing. */
export function answerTo(query: Buffer, names: Readonly<Record<string, string>>): NameAnswer | undefined {
  const asked = decoded(query);
  const [question, ...more] = asked?.questions ?? [];
  if (asked?.type !== "query" || question === undefined || more.length > 0) return undefined;
  const name = question.name.toLowerCase();
  const address = Object.hasOwn(names, name) ? names[name] : undefined;
  const hasAddress = address !== undefined && question.type === "A";
  const packet = encode({
    type: "response",
    id: asked.id ?? 0,
    flags: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | (address === undefined ? noSuchName : 0),
    questions: [question],
    answers: hasAddress ? [{ type: "A", name: question.name, ttl: ttlSeconds, data: address }] : [],
    authorities: hasAddress ? [] : [authority],
  });
  return { packet, ...(hasAddress && { found: name }) };
}

/** Says how long the absence of a name holds. */
const authority = {
  type: "SOA",
  name: zone,
  ttl: ttlSeconds,
  data: {
    mname: `ns.dns.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttlSeconds,
  },
} as const;

function decoded(query: Buffer): DecodedPacket | undefined {
  try {
    return decode(query);
  } catch {
    return undefined;
  }
}
