/** Scalars and variables at random, in all their shapes, and now and then a mistake. */

/** What the random variables find. */
export const randomVariables = {
  ...{ X: "hello", L: "HELLO Wörld", Y: "a.b.c/d.b", EMPTY: "", N: "3", P: "b*c?[d]", NUM: "007", W: "1.10" },
  ...{ U: "ünÏ€", URL: "http://x:80/y?z=1&b=2", BS: "a\\b", MAP: "{ A: 1.10, B: yes }", REF: "${X}", SPACE: "x y" },
};

export interface Dice {
  readonly chance: (probability: number) => boolean;
  /** The same in a file that may have mistakes, which one in four may; never in another. */
  readonly slip: (probability: number) => boolean;
  /** 0 to below `end`. */
  readonly below: (end: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
}

export function createDice(random: () => number): Dice {
  const below = (end: number): number => Math.floor(random() * end);
  const chance = (probability: number): boolean => random() < probability;
  const careless = chance(0.25);
  return {
    chance,
    slip: (probability) => careless && chance(probability),
    below,
    pick: (from) => from[below(from.length)] as never,
  };
}

export const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** One `${...}` of any form, seldom a broken one. */
export function randomForm(dice: Dice, depth = 0): string {
  const { pick, chance } = dice;
  const nested = (plain: readonly string[]): string =>
    depth < 3 && chance(0.3) ? randomForm(dice, depth + 1) : pick(plain);
  const name = pick(["X", "L", "Y", "EMPTY", "N", "P", "U", "REF", "NOPE", "NOPE_2", "SPACE", "__proto__"]);
  const ascii = pick(["X", "Y", "N", "NOPE", "EMPTY", "SPACE"]);
  const mixed = (): string =>
    times(dice.below(4), () => nested(["a", "-b", "$", "$$", "1.10", " ", "c:d", "/"])).join("");
  const pattern = (): string =>
    nested(["*", "?", "h?", "*l", "a.*", "*/", "l*", "[a-h]*", "[^a]", "[", "\\h", "hello", "b", "*.*"]);
  const literal = (): string => nested(["l", "b", ".", "a.b", "\\/", "o", "$$", "x"]);
  const number = (): string => nested(["0", "1", "2", "4", "9", "01", "+2", "a", " 1"]);
  return pick([
    () => `\${${name}}`,
    () => `\${${name}${pick([":-", ":=", "=", ":-", ":?", ":+"])}${mixed()}}`,
    () => `\${${name}${pick(["^", "^^", ",", ",,"])}}`,
    () => `\${#${name}}`,
    () => `\${${ascii}:${number()}${chance(0.6) ? `:${number()}` : ""}}`,
    () => `\${${ascii}${pick(["#", "##", "%", "%%"])}${pattern()}}`,
    () => `\${${ascii}${pick(["/", "//", "/#", "/%"])}${literal()}/${chance(0.8) ? literal() : ""}}`,
    () => pick(["$$", "$${X}", "$$${X}", "$", "$X", "\\\\", "\\/", "$$$${N}"]),
    () =>
      dice.slip(0.15)
        ? pick(["${", "${X-d}", "${NOPE+d}", "${}", "${X Y}", "${X#}", "${X:}", "${X/a}", "${X,,a}"])
        : "x",
  ])();
}

const digits = (dice: Dice, count: number): string => times(count, () => String(dice.below(10))).join("");

/** A scalar that needs no quotes in a block, and none in a flow unless it has `${...}`. */
export function plainScalar(dice: Dice): string {
  const { pick, below } = dice;
  return pick([
    () => digits(dice, 1 + below(25)),
    () => `${pick(["", "-", "+"])}${digits(dice, 1 + below(4))}.${digits(dice, below(4))}`,
    () => `0${pick(["x", "X", "o", "b", ""])}${digits(dice, 1 + below(5))}`,
    () => `${digits(dice, 3)}e${digits(dice, 2)}`,
    () => `${digits(dice, 4)}-${digits(dice, 2)}-${digits(dice, 2)}${pick(["", "T01:02:03Z", " 01:02:03.5 -5"])}`,
    () => pick([".inf", "-.INF", ".NaN", "1_000", "190:20:30", ".5", "0x_1F", "-0", "1e400", "0x1F", "12:30"]),
    () => pick(["true", "True", "FALSE", "yes", "No", "on", "OFF", "y", "n", "nULL", "tRue"]),
    () => pick(["null", "~", "Null", "NULL"]),
    () =>
      pick(["a", "a b", "node index.js", "http://x:80/y", "a#b", "-a", "é", "a:b", "<<a", "a=b", "/usr/bin", "128Mi"]),
  ])();
}

export function quotedScalar(dice: Dice): string {
  const { pick, chance } = dice;
  const inside = pick(["", " a ", "1.10", "007", "null", "~", "true", "a: b", "# a", "é€😀", "{a}", "[a]", "<&>"]);
  if (chance(0.4)) return `'${inside}${pick(["", "''"])}'`;
  return `"${inside}${pick(["", "\\\\n", "\\\\t\\\\x41", "\\\\u00e9", '\\\\"', "\\\\\\\\", "\\n"])}"`;
}

const taggedScalar = (dice: Dice): string =>
  dice.slip(0.3)
    ? dice.pick(["!!int x", "!!bool yes", "!!float a", "!!binary '?'", "!!null x"])
    : dice.pick([
        ...["!!str 1.10", "!!str null", "!!int '5'", "!!float 1", "!!bool true", "!!null ''", "!!binary aGVsbG8="],
        ...["!x y", "! 007", "!!timestamp 2001-01-01", "!!str", "!!int 0x1F", "!!float .inf"],
      ]);

/** `anchors`: of scalars that stand before. */
export function scalar(dice: Dice, anchors: readonly string[] = []): string {
  const { chance, pick } = dice;
  if (chance(0.08)) return "";
  if (chance(0.08) && anchors.length > 0) return `*${pick(anchors)} `;
  if (chance(0.08)) return taggedScalar(dice);
  if (chance(0.25)) return quotedScalar(dice);
  if (chance(0.25)) return `${pick(["", "", "a-"])}${randomForm(dice)}${pick(["", "-b"])}`;
  return plainScalar(dice);
}

/** Keys of one map: each once, except for a slip. */
export function keysOf(dice: Dice, merges: boolean): () => string {
  const left = new Set(["A", "B", "C", "D_E", "f.g/h", '"q"', "__proto__", "constructor", "é", "a b", "'a: b'", "yes"]);
  // In faas-cli, such a key of a map's own yields to a merged one.
  if (!merges) for (const typed of ["1", "1.10", "007", "0x1F", "true", "2001-01-01", "~", "!!str 5"]) left.add(typed);
  return () => {
    const key = dice.pick([...left]);
    if (!dice.slip(0.05)) left.delete(key);
    return key;
  };
}

/** Fits into a flow, too. */
export const plainWord = (dice: Dice): string =>
  dice.pick(["1.10", "007", "yes", "a", "2001-01-01", "0x1F", "~", "12345678901234567890", "a b", "http://x/y"]);
