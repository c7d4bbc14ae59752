import type { Door } from "./door.ts";

/** From SIGTERM to the end of a process that ignores it: longer than functions give their last work, such as a mail. */
const graceMs = 12_000;
/** Marks listeners that are not the function's, here and in a guard: whether it has one decides how the process ends. */
const ownListener = Symbol.for("kalium-bench.own-listener");
const signal = "SIGTERM";

/** Keeps SIGTERM from the function until the calls in flight have ended. */
export function holdSignals(): { readonly drainBy: (door: Promise<Door>) => void } {
  let door: Promise<Door> | undefined;
  let asked = false;
  // The runtime calls `emit` as it is when the first listener comes.
  const emit = process.emit.bind(process) as (name: string | symbol, ...args: unknown[]) => boolean;
  const passOn = (): void => {
    setTimeout(() => process.exit(), graceMs).unref();
    const isLeft = process.listeners(signal).some((listener) => !(ownListener in listener));
    emit(signal, signal, 15); // a guard has last words, too
    if (!isLeft) process.exit();
  };
  const drain = async (): Promise<void> => {
    const open = await door;
    const left = (await open?.drain()) ?? 0;
    if (left > 0) process.stderr.write(`watchdog: stopped with ${left} calls in flight\n`);
    open?.close(); // the function ends sooner without open connections
    passOn();
  };
  process.emit = ((name: string | symbol, ...args: unknown[]): boolean => {
    if (name !== signal) return emit(name, ...args);
    if (!asked) {
      asked = true;
      void drain();
    }
    return true;
  }) as typeof process.emit;
  process.on(
    signal,
    Object.assign(() => undefined, { [ownListener]: true }),
  ); // else the runtime does not listen, and the signal kills
  return {
    drainBy: (opening) => {
      door = opening;
    },
  };
}
