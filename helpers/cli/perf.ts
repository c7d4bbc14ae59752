import { Argument, type Command, InvalidArgumentError } from "commander";
import { addCommand } from "./add-command.ts";

const parts = ["hops", "guard", "guarded-calls", "isolates", "boot-log", "soak"] as const;
type Part = (typeof parts)[number];

interface PerfOptions {
  readonly rounds?: number;
  readonly against?: string;
  readonly logMb?: number;
  readonly minutes?: number;
  readonly rate?: number;
  readonly json?: true;
}

/** `kalium-bench perf`: what the harness itself costs, side by side in one run. */
export function registerPerf(program: Command): void {
  addCommand(program, "perf", {
    task: "Develop",
    description: "Measure the cost of the harness itself",
    example: "npm run perf -- hops",
  })
    .addArgument(
      new Argument(
        "[part]",
        "Part to measure (default: all but soak). hops: gateway, watchdog and client around an empty function; guard: Kalium's local check and controller; " +
          "guarded-calls: what the embedded guard adds to a call, on each runtime; " +
          "isolates: Trapeze's isolate per request; boot-log: parser of boot logs against the artifact's procedure; " +
          "soak: memory, descriptors and latency under a steady load for an hour",
      ).choices(parts),
    )
    .option("--rounds <n>", "hops, guarded-calls, isolates: measured rounds", count)
    .option(
      "--against <url>",
      "hops: an empty function behind OpenFaaS' gateway and of-watchdog, to which the cost is compared",
      functionUrl,
    )
    .option("--log-mb <n>", "boot-log: size of the generated log in MB; it is written to the temporary folder", count)
    .option("--minutes <n>", "soak: how long (default: 60)", count)
    .option("--rate <n>", "soak: calls per second over all instances (default: 20)", count)
    .option("--json", "Print JSON and nothing else")
    .action(async (part: Part | undefined, { rounds, against, logMb, minutes, rate, json }: PerfOptions) => {
      const { onInterrupt } = await import("./on-interrupt.ts");
      using interrupt = onInterrupt();
      const { signal } = interrupt;
      let report: object = {};
      const tables: string[] = [];
      const wanted = (name: Part): boolean => part === undefined || part === name;
      if (wanted("hops")) {
        const { defaultHops, measureHops, hopsTable } = await import("../maintenance/perf/hops.ts");
        const given = { ...(rounds !== undefined && { rounds }), ...(against !== undefined && { against }) };
        const hops = await measureHops({ ...defaultHops, ...given, signal });
        report = hops;
        tables.push(hopsTable(hops));
      }
      if (wanted("guard")) {
        const { defaultGuardPerf, measureGuard, guardTable } = await import("../maintenance/perf/guard.ts");
        const guard = await measureGuard({ ...defaultGuardPerf, signal });
        report = { ...report, guard };
        tables.push(guardTable(guard));
      }
      if (wanted("guarded-calls")) {
        const { defaultGuardedCalls, guardedCallsTable, measureGuardedCalls } =
          await import("../maintenance/perf/guarded-calls.ts");
        const given = { ...defaultGuardedCalls, ...(rounds !== undefined && { rounds }), signal };
        const guardedCalls = await measureGuardedCalls(given);
        report = { ...report, guardedCalls };
        tables.push(guardedCallsTable(guardedCalls));
      }
      if (wanted("isolates")) {
        const { defaultIsolates, measureIsolates, isolatesTable } = await import("../maintenance/perf/isolates.ts");
        const isolates = await measureIsolates({ ...defaultIsolates, ...(rounds !== undefined && { rounds }), signal });
        report = { ...report, isolates };
        tables.push(isolatesTable(isolates));
      }
      if (wanted("boot-log")) {
        const { defaultBootLog, measureBootLog, bootLogTable } = await import("../maintenance/perf/boot-log.ts");
        const size = logMb === undefined ? {} : { logBytes: logMb * 1e6 };
        const bootLog = await measureBootLog({ ...defaultBootLog, ...size, signal });
        report = { ...report, bootLog };
        tables.push(bootLogTable(bootLog));
      }
      if (part === "soak") {
        const { defaultSoak, soak, soakTable } = await import("../maintenance/perf/soak.ts");
        const given = { ...(minutes !== undefined && { minutes }), ...(rate !== undefined && { rate }) };
        const soaked = await soak({ ...defaultSoak, ...given, signal });
        report = { soak: soaked };
        tables.push(soakTable(soaked));
      }
      console.log(json ? JSON.stringify(report, null, 2) : tables.join("\n\n"));
    });
}

function count(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a whole number from 1.");
}

function functionUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError("Expected a URL, such as http://127.0.0.1:8080/function/empty.");
}
