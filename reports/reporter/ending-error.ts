/** Errors of the harness as Vitest hands them to the main process: with their own fields, without their class. */
import type { SerializedError } from "vitest";
import type { TestModule } from "vitest/node";

export interface EndingError {
  readonly code: string;
  /** With the hint. */
  readonly message: string;
}

const isKnown = (error: object): error is EndingError =>
  "code" in error && /^E_[A-Z_]+$/.test(String(error.code)) && "message" in error;

/** A part of the testbed is gone, so nothing that is measured after it can be right. */
export const endsRun = (error: object): error is EndingError =>
  isKnown(error) &&
  "details" in error &&
  typeof error.details === "object" &&
  error.details !== null &&
  "endsRun" in error.details;

/** What Vitest says of a worker that was killed. */
export const workerEnded = /\bworker\b.*\b(exited unexpectedly|emitted error|terminated)\b/i;

/** The first error of a run that says by its code what to do. */
export function firstKnown(
  modules: readonly TestModule[],
  errors: readonly SerializedError[],
): EndingError | undefined {
  const all: readonly object[] = modules.flatMap((module) => [
    ...module.errors(),
    ...[...module.children.allSuites()].flatMap((suite) => suite.errors()),
    ...[...module.children.allTests()].flatMap((test) => test.result().errors ?? []),
  ]);
  const known = [...all, ...errors].find(isKnown);
  if (known !== undefined) return known;
  if (!errors.some(({ message, cause }) => workerEnded.test(`${message} ${textOf(cause)}`))) return undefined;
  return {
    code: "E_SERVICE",
    message:
      "the measuring worker ended unexpectedly\n" +
      "  -> Check memory (`dmesg`), then continue: `npm run resume`. All finished calls are kept.",
  };
}

/** A failed test is that error. */
export const isOfTest = (modules: readonly TestModule[], { message }: EndingError): boolean =>
  modules
    .flatMap((module) => [...module.children.allTests()])
    .some((test) => test.result().errors?.some((error) => error.message === message));

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : JSON.stringify(cause ?? ""));
