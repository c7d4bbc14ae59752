import { type ErrorCode, fileReasonOf, KaliumError } from "./errors.ts";

/** What the process says to the shell. */
export const exitCodes = { done: 0, assertion: 1, usage: 2, environment: 3, voidData: 4, interrupted: 130 } as const;

type Kind = keyof typeof exitCodes;

const kinds: Readonly<Record<ErrorCode, Kind>> = {
  E_CONFIG: "usage",
  E_POLICY: "usage",
  E_SETUP: "environment",
  E_RUNTIME_UNAVAILABLE: "environment",
  E_NETWORK: "environment",
  E_MYSQL: "environment",
  E_SERVICE: "environment",
  E_SANDBOX: "environment",
  E_RECORD: "environment",
  E_RUNTIME_PROOF: "voidData",
  E_WRONG_ANSWER: "assertion",
  E_DEPLOY: "assertion",
  E_INVOKE: "assertion",
  E_CLUSTER: "environment",
  E_TIMEOUT: "environment",
};

export const errorCodes = Object.keys(kinds) as readonly ErrorCode[]; // a record of all, above

export const exitCodeOf = (code: ErrorCode): number => exitCodes[kinds[code]];

/** An error that explains itself, and its exit code. `undefined` for a bug, which needs its stack. */
export interface Explained {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * A file or folder that was named and is missing, or cannot be used, is wrong usage in every command. A disk that is full
 * is not.
 */
export function explainExit(error: unknown): Explained | undefined {
  if (error instanceof KaliumError) {
    return { text: `${error.code}: ${error.message}`, exitCode: exitCodeOf(error.code) };
  }
  if (isRecordError(error)) {
    const exitCode = isDiskTrouble(error.cause) ? exitCodes.environment : exitCodes.usage;
    return { text: `${error.code}: ${error.message}`, exitCode };
  }
  return isFileError(error) ? explainFileError(error) : undefined;
}

/** Of reports/records/record-error.ts, by its code. */
const isRecordError = (error: unknown): error is Error & { readonly code: "E_RECORD" } =>
  error instanceof Error && "code" in error && error.code === "E_RECORD";

/** The disk refused, whatever was named: full, over quota, broken. */
const isDiskTrouble = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  ["ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENFILE"].includes(String(error.code));

type FileError = NodeJS.ErrnoException & { readonly path: string };

const isFileError = (error: unknown): error is FileError =>
  error instanceof Error && "syscall" in error && "path" in error && typeof error.path === "string";

/** As Node threw it: a file that a command was given. */
function explainFileError(error: FileError): Explained {
  const { path, syscall = "" } = error;
  if (syscall.startsWith("spawn")) {
    const text = `E_SETUP: cannot run ${path}: ${fileReasonOf(error)}\n  -> Install it, or check PATH.`;
    return { text, exitCode: exitCodes.environment };
  }
  if (isDiskTrouble(error)) return { text: `E_RECORD: ${error.message}`, exitCode: exitCodes.environment };
  const text = `E_CONFIG: cannot use ${path}: ${fileReasonOf(error)}\n  -> ${fileHint}`;
  return { text, exitCode: exitCodes.usage };
}

const fileHint = "Name a file that exists and that you may read.";
