import { KaliumError } from "../../../base/errors.ts";

/** Where in a dump something stands. */
export interface Place {
  readonly file: string;
  /** From 1. Absent: the whole file. */
  readonly line?: number;
}

export const placeOf = ({ file, line }: Place): string => (line === undefined ? file : `${file}, line ${line}`);

/** `message`: the server's own. */
export const refusedByServer = (place: Place, message: string, hint: string, cause: unknown): KaliumError =>
  new KaliumError("E_CONFIG", `the server refused the SQL dump ${placeOf(place)}: ${message}`, { hint, cause });

/** `hint` says how to dump without it. */
export const refused = (place: Place, what: string, hint: string, cause?: unknown): KaliumError =>
  new KaliumError("E_CONFIG", `cannot load the SQL dump ${placeOf(place)}: ${what}`, { hint, cause });
