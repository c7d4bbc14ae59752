import { within } from "../../base/deadline.ts";

type Teardown = () => Promise<void>;

export interface Outlast {
  /** The same promise; teardowns that were handed out wait for it. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  /** A teardown that first waits until all work has ended, however it ends. */
  readonly after: (teardown: Teardown) => Teardown;
}

/** The removal of a block's sandboxes included, which takes minutes on a busy cluster; below the time limit of hooks. */
const usualTimeoutMs = 300_000;

/**
 * Lets a suite's services outlast its measurement. Vitest gives up a cancelled test at once and continues with the
 * teardowns, while the measurement still ends its call, removes its sandboxes and delivers what it has.
 */
export function createOutlast(timeoutMs = usualTimeoutMs): Outlast {
  const unfinished = new Set<Promise<unknown>>();
  const what = "the interrupted measurement to end";
  return {
    during: (work) => {
      const ended = work
        .catch(() => undefined) // its test says why
        .finally(() => unfinished.delete(ended));
      unfinished.add(ended);
      return work;
    },
    after: (teardown) => async () => {
      try {
        await within({ what, timeoutMs }, () => Promise.all(unfinished));
      } finally {
        await teardown();
      }
    },
  };
}
