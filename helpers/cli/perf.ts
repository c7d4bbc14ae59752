import { Argument, type Command, InvalidArgumentError } from "commander";
import { addCommand } from "./add-command.ts";
import { wholeNumberFrom } from "./usage.ts";

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
      const [{ onInterrupt }, { sayDuration }] = await Promise.all([
        import("./on-interrupt.ts"),
        import("./expected-duration.ts"),
      ]);
      const chosen = part === undefined ? parts.filter((name) => name !== "soak") : [part];
      const seconds = chosen.map((name) => secondsOf[name]({ rounds, logMb, minutes }));
      sayDuration("perf", { ms: 1e3 * seconds.reduce((sum, of) => sum + of, 0), of: chosen.join(", ") }, "");
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

/** On two quiet cores, 30 November 2026. */
const secondsOf: Readonly<
  Record<Part, (amount: Readonly<Record<"rounds" | "logMb" | "minutes", number | undefined>>) => number>
> = {
  hops: ({ rounds = 2_000 }) => 4 + 0.002 * (rounds + 300),
  guard: () => 10,
  "guarded-calls": ({ rounds = 400 }) => 8 + 0.012 * (rounds + 60),
  isolates: ({ rounds = 400 }) => 6 + 0.02 * (rounds + 60),
  "boot-log": ({ logMb = 200 }) => 5 + 0.15 * logMb,
  soak: ({ minutes = 60 }) => 60 * minutes,
};

const count = wholeNumberFrom(1, 9_999_999);

function functionUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError("a URL, such as http://127.0.0.1:8080/function/empty");
}
