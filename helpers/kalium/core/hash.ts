import { type EventIdentity, wireIdentity } from "./event.ts";

export interface HashOptions {
  /** Bytes from 0x80 count as negative, as `char` does in C++ on x86-64. Differs for text beyond ASCII only. */
  readonly signedBytes?: boolean;
}

/**
 * Daniel J. Bernstein's hash over the UTF-8 bytes of `text`: 5381, then 33 h + byte, modulo 2^32.
 * 0 to 2^32 - 1. Not cryptographic: who can choose URLs can make two of them collide.
 */
export function djb2(text: string, { signedBytes = false }: HashOptions = {}): number {
  let hash = 5381;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return overBytes(new TextEncoder().encode(text), signedBytes);
    hash = (Math.imul(hash, 33) + code) | 0;
  }
  return hash >>> 0;
}

function overBytes(bytes: Uint8Array, signedBytes: boolean): number {
  let hash = 5381;
  for (const byte of bytes) hash = (Math.imul(hash, 33) + (signedBytes && byte > 0x7f ? byte - 256 : byte)) | 0;
  return hash >>> 0;
}

/**
 * The hash by which policies know an event: function, event name, URL and method without separators, so `("f1", "SEND")`
 * and `("f", "1SEND")` are one. Who builds a policy must look for collisions.
 */
export function eventHash(identity: EventIdentity, options?: HashOptions): number {
  const { function: of, name, url, method } = wireIdentity(identity);
  return djb2(of + name + url + method, options);
}
