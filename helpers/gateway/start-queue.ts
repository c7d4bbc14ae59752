import { freemem } from "node:os";
import { KaliumError } from "../base/errors.ts";

/**
 * Lets so many instances start at a time as the machine can bear: a thousand at once would all take longer than any deadline,
 * or bring the kernel to kill somebody for their memory.
 */
export interface StartQueue {
  /** Starts in the order of the calls. @throws {KaliumError} E_SANDBOX where memory is short and no other start is under way */
  run<T>(signal: AbortSignal, start: () => Promise<T>): Promise<T>;
}

export interface StartLimits {
  /** Starts at a time; no measurement has so many. */
  readonly most: number;
  /** Free memory of the machine, bytes. */
  readonly freeBytes: () => number;
}

const defaultLimits: StartLimits = { most: 32, freeBytes: freemem };

const lookAgainMs = 1_000;
const mib = 2 ** 20;
/** What an idle instance of ours takes, gVisor's sandbox included: docs/density.md. */
const instanceBytes = 64 * mib;
/** For everybody else on the machine. */
const spareBytes = 128 * mib;

export function createStartQueue({ most, freeBytes } = defaultLimits): StartQueue {
  const waiting: (() => void)[] = [];
  let starting = 0;
  let lookAgain: NodeJS.Timeout | undefined;

  /** Those under way have not yet taken what they need. */
  const hasMemory = (): boolean => freeBytes() >= spareBytes + (starting + 1) * instanceBytes;
  const hasPlace = (): boolean => starting === 0 || (starting < most && hasMemory());
  const next = (): void => {
    while (waiting.length > 0 && hasPlace()) {
      starting += 1;
      waiting.shift()?.();
    }
    // Memory comes back without a word of ours, too.
    clearTimeout(lookAgain);
    lookAgain = waiting.length > 0 && starting < most ? setTimeout(next, lookAgainMs) : undefined;
  };
  const place = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const take = (): void => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      waiting.push(take);
      next();
    });

  return {
    async run(signal, start) {
      signal.throwIfAborted();
      await place(signal);
      try {
        const free = freeBytes();
        if (starting === 1 && free < spareBytes + instanceBytes) throw lacking(free);
        return await start();
      } finally {
        starting -= 1;
        next();
      }
    },
  };
}

/** Begins with a code, as the system's own refusals do: `lackingResource` reads it. */
const lacking = (free: number): KaliumError =>
  new KaliumError(
    "E_SANDBOX",
    `ENOMEM: this machine has ${Math.floor(free / mib)} MiB of free memory, and another instance needs ` +
      `${(spareBytes + instanceBytes) / mib} MiB`,
    { hint: "Remove functions, or stop other programs, then deploy it again." },
  );
