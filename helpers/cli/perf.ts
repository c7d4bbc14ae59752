import { Argument, type Command, InvalidArgumentError } from "commander";

const parts = ["hops", "guard", "isolates"] as const;
type Part = (typeof parts)[number];

interface PerfOptions {
  readonly rounds?: number;
  readonly json?: true;
}

/** `kalium-bench perf`: what the harness itself costs, side by side in one run. */
export function registerPerf(program: Command): void {
  program
    .command("perf")
    .description("measure what the harness itself costs")
    .addArgument(
      new Argument(
        "[part]",
        "hops: gateway, supervisor and client around an empty function; guard: local check and controller of Kalium; " +
          "isolates: Trapeze's isolate per request",
      ).choices(parts),
    )
    .option("--rounds <n>", "hops, isolates: measured rounds; each calls every way once", count)
    .option("--json", "print JSON only")
    .action(async (part: Part | undefined, { rounds, json }: PerfOptions) => {
      const { onInterrupt } = await import("./on-interrupt.ts");
      using interrupt = onInterrupt();
      const { signal } = interrupt;
      let report: object = {};
      const tables: string[] = [];
      const wanted = (name: Part): boolean => part === undefined || part === name;
      if (wanted("hops")) {
        const { defaultHops, measureHops, hopsTable } = await import("../perf/hops.ts");
        const hops = await measureHops({ ...defaultHops, ...(rounds !== undefined && { rounds }), signal });
        report = hops;
        tables.push(hopsTable(hops));
      }
      if (wanted("guard")) {
        const { defaultGuardPerf, measureGuard, guardTable } = await import("../perf/guard.ts");
        const guard = await measureGuard({ ...defaultGuardPerf, signal });
        report = { ...report, guard };
        tables.push(guardTable(guard));
      }
      if (wanted("isolates")) {
        const { defaultIsolates, measureIsolates, isolatesTable } = await import("../perf/isolates.ts");
        const isolates = await measureIsolates({ ...defaultIsolates, ...(rounds !== undefined && { rounds }), signal });
        report = { ...report, isolates };
        tables.push(isolatesTable(isolates));
      }
      console.log(json ? JSON.stringify(report, null, 2) : tables.join("\n\n"));
    });
}

function count(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("a number of rounds, 1 or more");
}
