import { KaliumError } from "../../../base/errors.ts";

/** Where in a dump something stands. */
export interface DumpPlace {
  readonly file: string;
  /** From 1. Absent: the whole file. */
  readonly line?: number;
}

export const dumpPlaceText = ({ file, line }: DumpPlace): string =>
  line === undefined ? file : `${file}, line ${line}`;

/** `message`: the server's own. */
export const refusedByServer = (place: DumpPlace, message: string, hint: string, cause: unknown): KaliumError =>
  new KaliumError("E_CONFIG", `the server refused the SQL dump ${dumpPlaceText(place)}: ${message}`, { hint, cause });

/** `hint` says how to dump without it. */
export const refused = (place: DumpPlace, what: string, hint: string, cause?: unknown): KaliumError =>
  new KaliumError("E_CONFIG", `cannot load the SQL dump ${dumpPlaceText(place)}: ${what}`, { hint, cause });
