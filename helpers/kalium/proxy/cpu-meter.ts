/** Processor time of a part of this process, which nothing outside can tell from the rest. */
export interface CpuMeter {
  /** Spent by this thread in `around` until now, ns. */
  readonly spentNs: number;
  /** Runs `work`, whose synchronous part counts, once where one is within another. */
  readonly around: <T>(work: () => T) => T;
}

export function createCpuMeter(): CpuMeter {
  let spentNs = 0;
  let isRunning = false;
  return {
    get spentNs() {
      return spentNs;
    },
    around: (work) => {
      if (isRunning) return work();
      isRunning = true;
      const { user, system } = process.threadCpuUsage();
      try {
        return work();
      } finally {
        isRunning = false;
        const now = process.threadCpuUsage();
        spentNs += (now.user + now.system - user - system) * 1e3;
      }
    },
  };
}
