import type { Command } from "commander";

interface PerfOptions {
  readonly rounds?: string;
  readonly json?: true;
}

/** `kalium-bench perf`: what the harness itself costs, side by side in one run. */
export function registerPerf(program: Command): void {
  program
    .command("perf")
    .description("measure what gateway, supervisor and client add to a call of an empty function")
    .option("--rounds <n>", "measured rounds; each calls every way once")
    .option("--json", "print JSON only")
    .action(async ({ rounds, json }: PerfOptions) => {
      const [{ defaultHops, measureHops, hopsTable }, { onInterrupt }] = await Promise.all([
        import("../perf/hops.ts"),
        import("./on-interrupt.ts"),
      ]);
      using interrupt = onInterrupt();
      const options = {
        ...defaultHops,
        ...(rounds !== undefined && { rounds: Number(rounds) }),
        signal: interrupt.signal,
      };
      const report = await measureHops(options);
      console.log(json ? JSON.stringify(report, null, 2) : hopsTable(report));
    });
}
