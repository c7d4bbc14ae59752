import type { IncomingMessage } from "node:http";

/** Bytes that no text has (WHATWG MIME Sniffing, 3). */
const binary = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
/** How far MIME sniffing looks. */
const sniffedBytes = 512;

/**
 * The type of a body whose function names none: text or bytes. of-watchdog also recognises pages and pictures; a page
 * that was meant as text would then run in a browser, so that part is left out.
 */
export function contentTypeOf(first: Uint8Array): string {
  const looked = Buffer.from(first.subarray(0, sniffedBytes)).toString("latin1");
  return binary.test(looked) ? "application/octet-stream" : "text/plain; charset=utf-8";
}

/** Hands over the first bytes of a body, which stay in the stream; `undefined` when it is empty. */
export function firstBytes(answer: IncomingMessage, found: (bytes: Buffer | undefined) => void): void {
  const onEnd = (): void => found(undefined);
  answer.once("end", onEnd).once("data", (bytes: Buffer) => {
    answer.pause();
    answer.off("end", onEnd);
    answer.unshift(bytes);
    found(bytes);
  });
}
