/** What a log says about its sandbox besides durations. Only the lines named here are read: others may hold secrets. */
import { elapsedNs } from "./timestamp.ts";

export interface SandboxFacts {
  /** From the lines at the start: `version`, `platform`, `fileAccess`, `network`. */
  readonly header: Readonly<Record<string, string>>;
  /** Of the containers, in order, each once; the root container has none. */
  readonly containerNames: readonly string[];
  /** Host name by address, as the runtime's DNS map had it. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly tlsLookups: {
    readonly hits: number;
    readonly misses: number;
    /** Look-ups that found the queue empty. */
    readonly empty: number;
    /** Longest queue, and the queue at the last look-up: one that never shrinks is stuck. */
    readonly longestQueue: number;
    readonly lastQueue: number;
  };
  readonly policy: {
    /** The guard asked the controller for this sandbox's policy. */
    readonly asked: boolean;
    /** From the question to the reply, ns, to the microsecond. Absent: no reply, the controller was not reached. */
    readonly fetchNs?: number;
    /** It was not empty. */
    readonly present: boolean;
    readonly errors: number;
  };
}

export interface FactReader {
  /** A message that begins with one of our tags, the tag left out. */
  readonly tagged: (name: string, message: string, stamp: () => string) => void;
  /** A message without tag. */
  readonly plain: (message: string) => void;
  readonly facts: () => SandboxFacts;
}

/** Names come from DNS answers and manifests: neither control characters nor more than a name may hold. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 253);

const mostNames = 1_000;
const headerLine = /^(?:(Version) |\t\t(Platform|FileAccess|Network): )([^,]*)/;
const fieldNames: Readonly<Record<string, string>> = {
  Version: "version",
  Platform: "platform",
  FileAccess: "fileAccess",
  Network: "network",
};

export function createFactReader(): FactReader {
  const header: Record<string, string> = {};
  const containerNames = new Set<string>();
  const hosts = new Map<string, string>();
  const tls = { hits: 0, misses: 0, empty: 0, longestQueue: 0, lastQueue: 0 };
  let asked: string | undefined;
  let fetchNs: number | undefined;
  let present = false;
  let errors = 0;

  const readers: Readonly<Record<string, (message: string, stamp: () => string) => void>> = {
    LookupTLSRecord(message) {
      const [, waiting] = /^Length of outStandingTLSRecs: (\d+)$/.exec(message) ?? [];
      if (waiting !== undefined) {
        tls.lastQueue = Number(waiting);
        tls.longestQueue = Math.max(tls.longestQueue, tls.lastQueue);
        if (tls.lastQueue === 0) tls.empty += 1;
      } else if (message.startsWith("Record Status")) {
        if (message.endsWith(": true")) tls.hits += 1;
        else if (message.endsWith(": false")) tls.misses += 1;
      }
    },
    Kernel(message) {
      const [, name = ""] = /^The containerName: (.*)$/.exec(message) ?? [];
      if (name !== "" && containerNames.size < mostNames) containerNames.add(printable(name));
    },
    ProxyLogger(message) {
      const [, bytes = "", host = ""] = /^DNSMap: \[([\d ]+)\] -> (.*)$/.exec(message) ?? [];
      const address = ipText(bytes.split(" ").map(Number));
      if (address !== undefined && (hosts.has(address) || hosts.size < mostNames)) hosts.set(address, printable(host));
    },
    SendHostnameGuard(message, stamp) {
      if (message === "Waiting for reply") asked ??= stamp();
      else if (message === "Received reply") fetchNs ??= elapsedNs(asked ?? "", stamp());
      else if (message === "Initialized Policy") present = true;
      else if (message.startsWith("Error")) errors += 1;
    },
  };

  return {
    tagged: (name, message, stamp) => readers[name]?.(message, stamp),
    plain(message) {
      const [, first, second, value = ""] = headerLine.exec(message) ?? [];
      const field = fieldNames[first ?? second ?? ""];
      if (field !== undefined) header[field] = printable(value);
    },
    facts: () => ({
      header,
      containerNames: [...containerNames],
      hosts: Object.fromEntries(hosts),
      tlsLookups: { ...tls },
      policy: { asked: asked !== undefined, present, errors, ...(fetchNs !== undefined && { fetchNs }) },
    }),
  };
}

/** Of the 16 bytes of a key: IPv4 in the first four and zeros, or IPv6. `undefined`: not an address. */
function ipText(bytes: readonly number[]): string | undefined {
  if (bytes.length !== 16 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return undefined;
  if (bytes.every((byte) => byte === 0)) return undefined; // the key of answers without an address
  if (bytes.slice(4).every((byte) => byte === 0)) return bytes.slice(0, 4).join(".");
  const groups = Array.from({ length: 8 }, (_, at) =>
    (256 * (bytes[2 * at] ?? 0) + (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  return groups.join(":");
}
