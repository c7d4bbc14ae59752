import { KaliumError } from "../base/errors.ts";
import { suggest } from "../config/suggest.ts";

/**
 * The label that `word` names; an asterisk at its end, as in the figure, does not count.
 * @param option that the word belongs to, if any
 * @throws {KaliumError} E_CONFIG for a function that is not in `known`
 */
export function knownFunction(word: string, known: readonly string[], option?: string): string {
  const label = word.replace(/\*$/, "");
  if (known.includes(label)) return label;
  const meant = suggest(label, known);
  const given = option === undefined ? word : `${option} ${word}`;
  throw new KaliumError(
    "E_CONFIG",
    `${given} is not a function that can be measured${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    { hint: `Name one of ${known.join(", ")}.` },
  );
}
