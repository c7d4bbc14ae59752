import { type Normalisation, normaliseUrl } from "../core/normalise.ts";

/** What a URL of the artifact's events says once it is decoded. */
export interface DecodedUrl {
  readonly url: string;
  /** Of the request; absent where the bytes are none. */
  readonly method?: string;
}

/**
 * The artifact writes `<host>;<port>/<hex of all bytes sent>`, with `*;*` where it saw no name. Of an HTTP request that
 * becomes its normalised URL; of anything else, such as ciphertext, the host alone. Other URLs stay.
 */
export function decodeArtifactUrl(url: string, normalisation: Normalisation): DecodedUrl {
  const [, name, hex] = /^([^;/]*);[^;/]*\/((?:[0-9a-f]{2})*)$/.exec(url) ?? [];
  if (name === undefined || hex === undefined) return { url };
  const [, method, path, fields = ""] = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r\n([^]*)/.exec(latin1(hex)) ?? [];
  if (method === undefined || path === undefined) return { url: name };
  const [, host = name] = /^host:[ \t]*(\S+)[ \t]*\r$/im.exec(fields) ?? [];
  try {
    return { url: normaliseUrl({ host: name === "*" ? host : name, method, path }, normalisation), method };
  } catch {
    return { url: name, method };
  }
}

const latin1 = (hex: string): string => hex.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)));
