/**
 * Warnings that a server gives to what dump programs write, and that alter nothing. All others do, by a conversion or
 * by leaving something out, and a dump that causes one is refused.
 */
const harmless: ReadonlySet<number> = new Set([
  1287, 1681, 3005, 3090, 3719, 3720, 3778, 4161, // forms that are out of date
  1300, // bytes of a BLOB that are not text of the connection
  1906, // MariaDB computes a generated column itself
  1831, // a second index of the same columns
  1478, // a row format that another one replaces
]); // prettier-ignore

/** Notes that tell of altered values. */
const altering: ReadonlySet<number> = new Set([1265]); // data truncated

export interface Warning {
  /** `Note`, `Warning` or `Error`. */
  readonly level: string;
  readonly code: number;
}

export const isAltering = ({ level, code }: Warning): boolean =>
  level === "Note" ? altering.has(code) : !harmless.has(code);
