import type { Token } from "./tokens.ts";

/** Tokens that a server reads: without the marks of comments whose content is code. */
export const codeOf = (tokens: readonly Token[]): readonly Token[] => tokens.filter(({ kind }) => kind !== "mark");

/** Where `DEFINER = account` stands among `tokens`: [first, behind the last]. */
export function definerOf(tokens: readonly Token[]): readonly [number, number] | undefined {
  const at = tokens.findIndex(({ text }, index) => text === "DEFINER" && tokens[index + 1]?.text === "=");
  if (at === -1) return undefined;
  let end = at + 3;
  if (tokens[end]?.text === "@") end += 2;
  else if (tokens[end]?.text === "(") end += 2; // CURRENT_USER()
  return [at, end];
}

/** The first words of a statement in one form, for the patterns of constructs: capitals, single spaces, no DEFINER. */
export function headOf(tokens: readonly Token[]): string {
  const code = codeOf(tokens).slice(0, 24);
  const definer = definerOf(code);
  const rest = definer === undefined ? code : [...code.slice(0, definer[0]), ...code.slice(definer[1])];
  return rest
    .map(({ kind, text }) => (kind === "name" ? "`" : kind === "string" ? "'" : text))
    .join(" ")
    .replaceAll("@ @ ", "@@")
    .replace("@@SESSION . ", "@@")
    .replace(/^CREATE OR REPLACE /, "CREATE ")
    .replace(/^CREATE ALGORITHM = \w+ /, "CREATE ")
    .replace(/^CREATE SQL SECURITY \w+ /, "CREATE ");
}
