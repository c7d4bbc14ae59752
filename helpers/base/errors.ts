/** What failed; branch on this, never on message text. */
export type ErrorCode =
  | "E_CONFIG" // a setting or an argument is unusable
  | "E_SETUP" // the machine lacks something and it could not be installed
  | "E_RUNTIME_UNAVAILABLE" // a runtime that was asked for does not work on this machine
  | "E_RUNTIME_PROOF" // an instance did not run on the runtime its label claims
  | "E_SANDBOX" // a sandbox did not start, died or could not be removed
  | "E_NETWORK" // bridge, veth pair or address
  | "E_DEPLOY" // the gateway refused a function, or it never became ready
  | "E_INVOKE" // a call failed on the way
  | "E_WRONG_ANSWER" // a function answered, but not what the experiment needs
  | "E_MYSQL" // no database, or it refused
  | "E_POLICY" // a policy, a trace or an event that the guard cannot use
  | "E_SERVICE" // a child process of the harness did not start or died
  | "E_CLUSTER" // a Kubernetes cluster or one of its nodes lacks, refuses or lost something
  | "E_TIMEOUT" // a deadline passed; the message says what was waited for
  | "E_RECORD"; // a record or results folder cannot be written or read

export interface ErrorOptions {
  /** One imperative sentence the reader can act on, with the command to type where there is one. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Further facts: a command, the last lines of its stderr, a status. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The one error class of the project: what failed with the offending value, and what to do next. */
export class KaliumError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, { hint, cause, details = {} }: ErrorOptions = {}) {
    super(hint === undefined ? message : `${message}\n  -> ${hint}`, { cause });
    this.name = "KaliumError";
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** What Node says with an abbreviation, the system call and the path once more. */
const fileReasons: Readonly<Record<string, string>> = {
  ENOENT: "not found",
  EACCES: "permission denied",
  EISDIR: "is a folder",
  ENOTDIR: "part of the path is not a folder",
};

/** Why a file or program cannot be used, to stand behind its path. */
export function fileReasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return fileReasons[code] ?? messageOf(error);
}

/** The text of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
