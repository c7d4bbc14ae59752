import { KaliumError } from "../../base/errors.ts";

/**
 * What of a request's URL belongs to the identity of an event; stored in the policy, so that learner and guard agree.
 * `host`: the host name. `legacy`: and the path where the method is not GET. `path`: and the path with `*` for numbers,
 * UUIDs and hexadecimal ids. Never port, query or body.
 */
export const normalisations = ["host", "legacy", "path"] as const;
export type Normalisation = (typeof normalisations)[number];

/** A request as the guard sees it. */
export interface RequestTarget {
  /** Name or address that the function connects to; a port is ignored. */
  readonly host: string;
  readonly method: string;
  /** Request target; query and fragment are ignored. Empty where the protocol has none. */
  readonly path: string;
}

/** Parsing a URL takes longer than all the rest of a check, and a function asks for few. */
const known = new Map<string, string>();
const mostKnown = 1_000;
const longestKnown = 512;

/** @throws {KaliumError} E_POLICY for text that is not a host name or address */
export function normaliseUrl(target: RequestTarget, normalisation: Normalisation): string {
  const key = `${normalisation} ${target.method} ${target.host} ${target.path}`; // no host has a blank
  const found = known.get(key);
  if (found !== undefined) return found;
  const url = normalised(target, normalisation);
  if (known.size >= mostKnown) known.clear();
  if (key.length <= longestKnown) known.set(key, url);
  return url;
}

function normalised({ host, method, path }: RequestTarget, normalisation: Normalisation): string {
  const name = hostName(host);
  if (normalisation === "host" || path === "") return name;
  if (normalisation === "path") return name + template(pathName(path));
  return method.toUpperCase() === "GET" ? name : name + pathName(path);
}

/** Lower case, without port and final dot, addresses in their shortest form, other scripts in Punycode. */
function hostName(host: string): string {
  const bare = /^[^[\]]*:[^[\]]*:/.test(host) ? `[${host}]` : host; // an IPv6 address without brackets
  const url = /^[^/\\@?#\s]+$/.test(bare) ? URL.parse(`http://${bare}`) : null;
  if (url === null) {
    throw new KaliumError("E_POLICY", `${JSON.stringify(host.slice(0, 80))} is not a host name or address`, {
      hint: "Give the guard the name that the function connects to.",
    });
  }
  return url.hostname.replace(/\.$/, "");
}

/** Without query, dot segments resolved as a server would, printable ASCII only. */
function pathName(path: string): string {
  const [plain = ""] = path.split(/[?#]/, 1);
  return new URL(`http://host${plain.startsWith("/") ? "" : "/"}${plain}`).pathname;
}

const escape = "%[0-9a-f]{2}";
const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** With a digit and eight characters at least, else `facade` and `feed` were ids. */
const hexadecimal = "(?<![0-9a-z])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-z])";
const variable = new RegExp(`(${escape})|${uuid}|${hexadecimal}|[0-9]+`, "gi");

const template = (path: string): string => path.replace(variable, (_, kept: string | undefined) => kept ?? "*");
