/**
 * The Vitest reporter: turns journals into records while tests run, then draws the pictures of the run. A run without
 * a measuring project only gets its closing line. `attachReporter` puts it before the others: it takes its live line off
 * the terminal before they write.
 */
import { dirname, resolve } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule, TestRunEndReason, TestSpecification, Vitest } from "vitest/node";
import { z } from "zod";
import { latencyArtifactType, recordFileArtifactType } from "./records/artifact.ts";
import { compare } from "./comparison.ts";
import { isRefusedBySystem, textOf } from "./records/record-error.ts";
import { readRun, sealRun, startsOver } from "./records/store.ts";
import { measureAgain } from "./reproduce.ts";
import { acceptJournal } from "./reporter/accept-journal.ts";
import { errorsAreShown, type OwnStream, streamBeside } from "./reporter/attach.ts";
import { type Counts, countTests, printAtExit } from "./reporter/closing-line.ts";
import { type EndingError, endsRun, firstKnown, isOfTest } from "./reporter/ending-error.ts";
import { cancelOnInterrupt } from "./reporter/interrupt.ts";
import { noTestMatches, nothingMeasured } from "./reporter/nothing-measured.ts";
import { type ProgressFile, watchProgress } from "./reporter/progress-file.ts";
import { createProgressView, type ProgressView } from "./reporter/progress-view.ts";
import { finishedLine } from "./tables/latency-tables.ts";
import { inLines, printLine, widthOf } from "./terminal-text.ts";

export interface ReporterOptions {
  /** Projects whose tests measure: their runs are drawn, and must record something. */
  readonly measuring?: readonly string[];
  /** Further projects whose teardowns remove sandboxes and the like: they get their turn after Ctrl-C, too. */
  readonly orderly?: readonly string[];
  /** Where pictures and tables go; relative to Vitest's root. */
  readonly out?: string;
  /** Exit code of an error by its code; absent: Vitest's. */
  readonly exitCodeOf?: (code: string) => number | undefined;
  /** Lay the paper's values over ours. */
  readonly published?: boolean;
  /** The command to type again where nothing was measured; nothing: whoever started Vitest says it. */
  readonly runAgain?: () => string | undefined;
}

/** What global set-up provides to measuring projects, as far as the reporter reads it. */
const providedSchema = z.object({ lab: z.object({ resultsDirectory: z.string() }) });

export default class BenchReporter implements Reporter {
  readonly #measuring: readonly string[];
  readonly #orderly: readonly string[];
  readonly #out: string;
  readonly #published: boolean;
  readonly #folders = new Set<string>();
  #vitest: Vitest | undefined;
  /** Where our lines go, once Vitest has said which other reporters there are. */
  #stream: OwnStream = process.stdout;
  #view: ProgressView = createProgressView(this.#stream);
  #progress: ProgressFile | undefined;
  #restoreInterrupt: (() => void) | undefined;
  #stopping = false;
  #endedBy: EndingError | undefined;
  #recorded = 0;
  /** Until the run ends: it must have failed on the way. */
  #counts: Counts = { passed: 0, failed: 1, skipped: 0 };
  #exitCode: number | undefined;
  readonly #exitCodeOf: NonNullable<ReporterOptions["exitCodeOf"]>;
  readonly #runAgain: NonNullable<ReporterOptions["runAgain"]>;

  constructor({
    measuring = ["kalium"],
    orderly = [],
    out = "reports/out",
    published = true,
    exitCodeOf = () => undefined,
    runAgain = () => undefined,
  }: ReporterOptions = {}) {
    this.#exitCodeOf = exitCodeOf;
    this.#runAgain = runAgain;
    this.#measuring = measuring;
    this.#orderly = orderly;
    this.#out = out;
    this.#published = published;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    this.#stream = streamBeside(this, vitest);
    this.#view = createProgressView(this.#stream);
    printAtExit(this.#stream, () => ({ counts: this.#counts, exitCode: this.#exitCode }));
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    const projects = [...new Set(specifications.map(({ project }) => project))];
    const measuring = projects.filter(({ name }) => this.#isMeasuring(name));
    if (measuring.length > 0 || projects.some(({ name }) => this.#orderly.includes(name))) {
      const doing = measuring.length > 0 ? "drawing what was measured" : "removing what was started";
      this.#restoreInterrupt ??= cancelOnInterrupt(doing, {
        clear: () => this.#view.clear(),
        cancel: () => {
          this.#stopping = true;
          this.#cancel();
        },
      });
    }
    if (measuring.length === 0) return;
    this.#progress ??= watchProgress((progress) => this.#view.show(progress));
    for (const project of measuring) {
      project.provide("progressFile", this.#progress.path);
      const own = specifications.filter((of) => of.project === project);
      project.provide(
        "testFiles",
        own.map(({ moduleId }) => moduleId),
      );
    }
  }

  onTestModuleQueued(): void {
    if (this.#stopping) this.#cancel(); // a worker that was starting when we said so did not hear it
  }

  async onTestCaseArtifactRecord(test: TestCase, artifact: { readonly type: string }): Promise<void> {
    if (isRecordFile(artifact) && this.#isMeasuring(test.project.name)) {
      this.#recorded++;
      this.#folders.add(dirname(artifact.path));
    }
    if (!isLatencyArtifact(artifact)) return;
    const accepted = await acceptJournal(artifact.path, artifact.sha256).catch((error: unknown) => {
      // Thrown, it would reach the test without its code; the journal has all calls, so `resume` writes the record.
      if (!isRefusedBySystem(error)) throw error;
      this.#endedBy ??= error;
      this.#cancel();
      return undefined;
    });
    if (accepted === undefined || !this.#isMeasuring(test.project.name)) return;
    this.#recorded++;
    this.#folders.add(accepted.folder);
    // In a log one line, so that a search finds a function with all its numbers. The table comes once, at the end.
    this.#view.print(inLines(finishedLine(compare([accepted.record])), widthOf(this.#stream)));
  }

  onTestCaseResult(test: TestCase): void {
    this.#view.clear();
    if (this.#endedBy !== undefined || !this.#isMeasuring(test.project.name)) return;
    const errors: readonly object[] = test.result().errors ?? [];
    const ending = errors.find(endsRun);
    if (ending === undefined) return;
    this.#endedBy = ending; // every later function would wait for the same part
    this.#cancel();
  }

  onUserConsoleLog(): void {
    this.#view.clear();
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
    given: TestRunEndReason,
  ): Promise<void> {
    this.#view.clear();
    this.#progress?.close();
    const counts = countTests(modules, errors);
    const reason = this.#endedBy === undefined ? given : "failed";
    const pattern = this.#vitest?.config.testNamePattern;
    const measuring = modules.filter(({ project }) => this.#isMeasuring(project.name));
    const nothing =
      noTestMatches(modules, pattern) ?? (this.#recorded === 0 ? nothingMeasured(measuring, pattern) : undefined);
    const problems = nothing === undefined || reason === "interrupted" ? [] : [nothing];
    if (measuring.length > 0) {
      for (const { project } of measuring) {
        const provided = providedSchema.safeParse(project.getProvidedContext());
        if (provided.success) this.#folders.add(provided.data.lab.resultsDirectory);
      }
      const outcome = reason === "passed" && this.#recorded === 0 ? "failed" : reason;
      for (const folder of this.#folders) {
        await sealRun(folder, { outcome, endedAt: new Date().toISOString() }).catch((error: unknown) =>
          problems.push(textOf(error)),
        );
      }
      if (this.#recorded > 0) await this.#draw().catch((error: unknown) => problems.push(textOf(error)));
    }
    const ending = measuring.length === 0 ? undefined : (this.#endedBy ?? firstKnown(modules, errors));
    if (ending !== undefined) {
      const others = problems.filter((problem) => !problem.includes(ending.message)); // it is said once
      const shown =
        this.#endedBy === undefined && isOfTest(modules, ending) && this.#vitest && errorsAreShown(this.#vitest);
      const said = shown ? "the failed test above says why; docs/errors.md has the cures" : ending.message;
      problems.splice(0, problems.length, `${ending.code}: ${said}`, ...others);
    }
    if (reason === "interrupted" && measuring.length > 0 && this.#recorded === 0) {
      const again = this.#folders.size > 0 ? undefined : this.#runAgain();
      if (this.#folders.size > 0) process.stdout.write("Nothing was measured in this session.\n");
      else if (again !== undefined) process.stdout.write(`Nothing was measured.\nRun again  ${again}\n`);
    }
    if (reason === "interrupted" || this.#endedBy !== undefined) {
      for (const folder of this.#folders) process.stdout.write(`${await nextCommand(folder)}\n`);
    }
    for (const problem of problems) printLine(`\nkalium-bench: ${problem}`, process.stderr);
    if (problems.length > 0) process.exitCode = 1;
    if (this.#vitest?.config.watch) this.#restoreInterrupt?.(); // else it is kept until teardowns are through
    this.#exitCode = reason === "interrupted" ? 130 : ending && this.#exitCodeOf(ending.code);
    this.#counts = { ...counts, failed: counts.failed === 0 && problems.length > 0 ? 1 : counts.failed };
  }

  #cancel(): void {
    void this.#vitest?.cancelCurrentRun("keyboard-input");
  }

  async #draw(): Promise<void> {
    const { drawResults } = await import("./draw.ts"); // a second of libraries that other runs need not load
    const out = resolve(this.#vitest?.config.root ?? ".", this.#out);
    for (const folder of this.#folders) {
      const text = await drawResults(folder, out, { published: this.#published, width: widthOf(this.#stream) });
      this.#stream.write(`\n${text}\n`);
    }
  }

  #isMeasuring(project: string): boolean {
    return this.#measuring.includes(project);
  }
}

/** How to finish a run that was cut off. */
async function nextCommand(folder: string): Promise<string> {
  const run = await readRun(folder).catch(() => undefined);
  const kind = run && startsOver(run);
  return run === undefined || kind === undefined
    ? `Continue  npm run resume -- ${folder}`
    : `Start over  ${measureAgain(run, kind)}`;
}

const isRecordFile = (artifact: {
  readonly type: string;
}): artifact is { readonly type: string; readonly path: string } => artifact.type === recordFileArtifactType;

const isLatencyArtifact = (artifact: {
  readonly type: string;
}): artifact is { readonly type: string; readonly path: string; readonly sha256: string } =>
  artifact.type === latencyArtifactType;
