/** What drone/envsubst does to a value. Positions and lengths count bytes of UTF-8, patterns characters. */
import { KaliumError } from "../../base/errors.ts";

/** Longer values are refused: nested replacements multiply. */
const longest = 2 ** 20;

/** Characters times places of a pattern; more is refused. */
const mostSteps = 2 ** 26;

/** Upper and lower case character by character, without the rules of any language. */
export function changeCase(operator: string, value: string): string {
  const [first = ""] = value;
  switch (operator) {
    case "^":
      return upper(first) + value.slice(first.length);
    case "^^":
      return Array.from(value, upper).join("");
    case ",":
      return lower(first) + value.slice(first.length);
    case ",,":
      return Array.from(value, lower).join("");
    default:
      return value;
  }
}

const single = (changed: string, character: string): string => (Array.from(changed).length === 1 ? changed : character);
const upper = (character: string): string => single(character.toUpperCase(), character);
const lower = (character: string): string => single(character.toLowerCase(), character);

/** Without a replacement, `/#` and `/%` change nothing. */
export function replace(operator: string, value: string, pattern: string, replacement: string | undefined): string {
  const by = replacement ?? "";
  switch (operator) {
    case "/":
      return value.replace(pattern, () => by);
    case "//":
      if (value.length + value.split(pattern).length * by.length > longest) {
        throw new KaliumError("E_CONFIG", `a replacement makes a value longer than ${longest} characters`);
      }
      return value.replaceAll(pattern, () => by);
    case "/#":
      return replacement !== undefined && value.startsWith(pattern) ? by + value.slice(pattern.length) : value;
    default:
      return replacement !== undefined && value.endsWith(pattern)
        ? value.slice(0, value.length - pattern.length) + by
        : value;
  }
}

/** `${X:offset}` and `${X:offset:length}`; with anything but one or two numbers, the whole value. */
export function substring(
  value: string,
  numbers: readonly string[],
): { readonly value: string; readonly whole: boolean } | { readonly wrong: string } {
  const [offset, length = Infinity, ...more] = numbers.map((number) =>
    /^[-+]?\d{1,18}$/.test(number) ? Number(number) : NaN,
  );
  if (offset === undefined || Number.isNaN(offset) || Number.isNaN(length) || more.length > 0) {
    return { value, whole: true };
  }
  if (offset < 0 || length < 0) return { wrong: "a position or a length is negative" };
  const bytes = Buffer.from(value).subarray(offset, offset + length);
  const part = bytes.toString();
  if (!Buffer.from(part).equals(bytes)) return { wrong: "it counts bytes, and cuts a character into pieces" };
  return { value: part, whole: false };
}

export const removePrefix = (value: string, pattern: string, greedy: boolean): string =>
  removeStart(Array.from(value), Array.from(pattern), greedy).join("");

/** As faas-cli does it: both reversed, so that `[...]` and `\` do not work here. */
export const removeSuffix = (value: string, pattern: string, greedy: boolean): string =>
  removeStart(Array.from(value).reverse(), Array.from(pattern).reverse(), greedy).reverse().join("");

type Matcher = "star" | ((character: string) => boolean);

/** At least one character, if any; a pattern that is not well-formed removes nothing. */
function removeStart(value: string[], pattern: readonly string[], greedy: boolean): string[] {
  const matchers = parsePattern(pattern);
  if (matchers === undefined) return value;
  if (value.length * matchers.length > mostSteps) {
    throw new KaliumError("E_CONFIG", "a pattern and the value that it is for are too long");
  }
  let end = 0;
  // The places in the pattern at which a match can stand: no going back, whatever the pattern.
  let places = afterStars(new Set([0]), matchers);
  for (const [index, character] of value.entries()) {
    const next = new Set<number>();
    for (const place of places) {
      const matcher = matchers[place];
      if (matcher === "star") next.add(place);
      else if (matcher?.(character) === true) next.add(place + 1);
    }
    places = afterStars(next, matchers);
    if (places.size === 0) break;
    if (!places.has(matchers.length)) continue;
    end = index + 1;
    if (!greedy) break;
  }
  return value.slice(end);
}

function afterStars(places: Set<number>, matchers: readonly Matcher[]): Set<number> {
  // A set's iterator also visits what is added meanwhile.
  for (const place of places) if (matchers[place] === "star") places.add(place + 1);
  return places;
}

/** `*`, `?`, `[a-z]`, `[^a-z]` and `\c`. `undefined`: not well-formed. */
function parsePattern(pattern: readonly string[]): readonly Matcher[] | undefined {
  const matchers: Matcher[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "*") {
      if (matchers.at(-1) !== "star") matchers.push("star");
    } else if (character === "?") {
      matchers.push(() => true);
    } else if (character === "[") {
      const set = parseSet(pattern, at + 1);
      if (set === undefined) return undefined;
      matchers.push(set.matches);
      at = set.end;
    } else {
      const literal = character === "\\" ? pattern[++at] : character;
      if (literal === undefined) return undefined;
      matchers.push((other) => other === literal);
    }
  }
  return matchers;
}

function parseSet(
  pattern: readonly string[],
  start: number,
): { readonly end: number; readonly matches: (character: string) => boolean } | undefined {
  let at = start;
  const negated = pattern[at] === "^";
  if (negated) at++;
  const ranges: (readonly [low: string, high: string])[] = [];
  const bound = (): string | undefined => {
    if (pattern[at] === "-" || pattern[at] === "]") return undefined;
    if (pattern[at] === "\\") at++;
    return pattern[at++];
  };
  do {
    const low = bound();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (pattern[at] === "-") {
      at++;
      high = bound();
      if (high === undefined) return undefined;
    }
    ranges.push([low, high]);
    if (at >= pattern.length) return undefined;
  } while (pattern[at] !== "]");
  const code = (character: string): number => character.codePointAt(0) ?? 0;
  const within = (character: string): boolean =>
    ranges.some(([low, high]) => code(low) <= code(character) && code(character) <= code(high));
  return { end: at, matches: (character) => within(character) !== negated };
}
