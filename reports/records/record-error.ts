/** A record or results folder cannot be written or read: what failed, and what to do next. */
export class RecordError extends Error {
  /** The same code as in the harness's list of errors; branch on this, never on message text. */
  readonly code = "E_RECORD";
  readonly hint: string | undefined;
  /** Present where no later measurement of the run can be kept either; as in errors of the harness. */
  readonly details?: { readonly endsRun: true };

  constructor(message: string, { hint, cause, endsRun }: RecordErrorOptions = {}) {
    super(hint === undefined ? message : `${message}\n  -> ${hint}`, { cause });
    this.name = "RecordError";
    this.hint = hint;
    if (endsRun) this.details = { endsRun };
  }
}

interface RecordErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly endsRun?: true;
}

/** The text of anything that was thrown. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;

/** The system refused the file, whatever is in it: full, read-only, removed. */
export const isRefusedBySystem = (error: unknown): error is RecordError =>
  error instanceof RecordError && /^E[A-Z]+$/.test(errnoOf(error.cause) ?? "");
