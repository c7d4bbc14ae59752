import { goTimestamp, saysListening } from "../../gateway/instance-lines.ts";

/**
 * Variable of a process that has no watchdog and only prints as one that has: what a program in the watchdog's process starts
 * as the function. The image's starter removes it.
 */
export const printsOnly = "WATCHDOG_PRINTS_ONLY";

type Write = (chunk: Uint8Array | string, ...rest: unknown[]) => boolean;

/**
 * Puts date and stream before each line that this process writes, as of-watchdog does with the lines that it reads from
 * a pipe. What leaves Node by another way, such as the last words of a crash, stays as it is.
 * @returns aborts when a line says that the function listens
 */
export function prefixOutput(prefixed: boolean): AbortSignal {
  const listening = new AbortController();
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const write = stream.write.bind(stream) as Write;
    let atStart = true;
    stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
      if (!listening.signal.aborted && typeof chunk === "string" && saysListening(chunk)) listening.abort();
      if (!prefixed || chunk.length === 0) return write(chunk, ...rest);
      const [encoding] = rest;
      const bytes = typeof chunk !== "string" || (typeof encoding === "string" && !/^utf-?8$/i.test(encoding));
      const text = bytes ? Buffer.from(chunk as string, encoding as BufferEncoding).toString("latin1") : chunk;
      const prefix = `${goTimestamp()} ${name}: `;
      const lines = text.replaceAll(/\n(?!$)/g, `\n${prefix}`);
      const marked = atStart ? prefix + lines : lines;
      atStart = text.endsWith("\n");
      const others = typeof encoding === "string" ? rest.slice(1) : rest;
      return write(bytes ? Buffer.from(marked, "latin1") : marked, ...others);
    };
  }
  return listening.signal;
}
