/** Stack files at random: anchors, merges, variables, environment files, keys that are unknown or wrong. */
import {
  createDice,
  keysOf,
  plainScalar,
  plainWord,
  quotedScalar,
  scalar,
  times,
  type Dice,
} from "./random-scalars.test-support.ts";

export interface RandomStack {
  readonly text: string;
  /** Contents of `a.yml` and `b.yml`, which functions name under `environment_file`. */
  readonly environmentFiles: Readonly<Record<string, string>>;
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

interface Anchors {
  readonly scalars: string[];
  readonly maps: string[];
  readonly functions: string[];
}

/** The lines of `name: value`, where the value is a map of texts. */
function mapField(dice: Dice, name: string, anchors: Anchors): string[] {
  const { chance, pick, below } = dice;
  if (chance(0.1)) return [`${name}:${pick(["", " ~", " {}", " null"])}`];
  if (dice.slip(0.1)) return [`${name}: ${pick(["[]", "x", "[a]", '""', "1"])}`];
  if (chance(0.1) && anchors.maps.length > 0) return [`${name}: *${pick(anchors.maps)}`];
  if (chance(0.03)) return [`${name}: \${MAP}`];
  const merge = (): string => {
    if (dice.slip(0.1)) return pick(["x", "", "[x]", "[[{ A: b }]]"]);
    const other = anchors.maps.length > 0 ? `*${pick(anchors.maps)}` : "{ Q: r, A: q }";
    return pick([other, "{ A: m }", `[${other}, { A: in, N: 1.0 }]`, "[{ A: m, Z: 1.0 }, { A: n }]"]);
  };
  const anchor = chance(0.3) ? ` &${name[0]}${below(1000)}` : "";
  const merges = chance(0.25);
  const key = keysOf(dice, merges);
  let lines: string[];
  if (!merges && chance(0.25)) {
    const entries = times(below(4), () => `${key()}: ${pick([plainWord(dice), quotedScalar(dice)])}`);
    lines = [`${name}:${anchor} {${entries.join(", ")}}`];
  } else {
    const entries = times(1 + below(5), () => {
      if (chance(0.12)) return blockScalar(dice, key());
      const named = chance(0.08) ? `&s${below(1000)}` : undefined;
      const value = named === undefined ? scalar(dice, anchors.scalars) : plainScalar(dice);
      if (named !== undefined) anchors.scalars.push(named.slice(1));
      return [`${key()}: ${named === undefined ? "" : `${named} `}${value}${chance(0.1) ? " # ${IN_COMMENT}" : ""}`];
    }).flat();
    if (merges) entries.splice(chance(0.5) ? 0 : entries.length, 0, `<<: ${merge()}`);
    lines = [`${name}:${anchor}`, ...indent(entries)];
  }
  if (anchor !== "") anchors.maps.push(anchor.slice(2));
  return lines;
}

const blockScalar = (dice: Dice, key: string): string[] => [
  `${key}: ${dice.pick(["|", ">", "|-", ">-", "|+", ">+"])}`,
  ...indent(dice.pick([["a", "b"], ["# no comment", "", "  deeper", "back"], ["1.10"], ["${X}", "${NOPE:-d}"]])),
];

function listField(dice: Dice, name: string, anchors: Anchors): string[] {
  const { chance, pick, below } = dice;
  if (chance(0.1)) return [`${name}:${pick(["", " []", " ~"])}`];
  if (dice.slip(0.1)) return [`${name}: ${pick(["x", "{ a: b }", "[[a]]", '""'])}`];
  if (chance(0.4)) return [`${name}: [${times(1 + below(3), () => plainWord(dice)).join(", ")}]`];
  return [`${name}:`, ...times(1 + below(4), () => `- ${scalar(dice, anchors.scalars)}`)];
}

const flagField = (dice: Dice, name: string): string[] => {
  const plain = ["true", "yes", "on", "Y", "False", "no", "off", "", "~", "!!bool true"];
  const good = [...plain, '"yes"', "'Off'", "!!str on", "!x n"];
  return [`${name}: ${dice.pick(dice.slip(0.1) ? ['"true"', "!!bool yes", "1", "maybe", "[]"] : good)}`];
};

const unknownField = (dice: Dice): string[] =>
  dice.pick([
    ["read_timeout: 500 # seconds"],
    ["exec_timeout: 0s"],
    ["write_debug: true"],
    ["imagePullPolicy: { a: [b, c], a: d }"],
    ["x-common: [1, 2]"],
    ["scale:", "  min: 1"],
    ["# ${REGISTRY}/${TAG} in CI"],
  ]);

function functionLines(dice: Dice, anchors: Anchors): string[] {
  const { chance, pick } = dice;
  const image = pick([
    "kb/foo",
    "kb/foo:1.10",
    "localhost:5000/a/b",
    '"1.10"',
    "1.10",
    "x@sha256:12ab",
    "kb/foo:${NUM}",
    "${NOPE:-kb/x}:${W}",
  ]);
  const optional: (() => string[])[] = [
    () => [`fprocess: ${scalar(dice, anchors.scalars)}`],
    () => mapField(dice, "environment", anchors),
    () => mapField(dice, "labels", anchors),
    () => mapField(dice, "annotations", anchors),
    () => listField(dice, "secrets", anchors),
    () => listField(dice, "constraints", anchors),
    () => [`environment_file: ${pick(["[a.yml]", "[a.yml, b.yml]", "[b.yml, a.yml]", "", "[]"])}`],
    () => ["limits:", `  memory: ${scalar(dice)}`, `  cpu: ${scalar(dice)}`],
    () => [`requests: { memory: ${plainWord(dice)}, cpu: ${plainWord(dice)} }`],
    () => flagField(dice, "readonly_root_filesystem"),
    () => flagField(dice, "skip_build"),
    () => [`namespace: ${scalar(dice)}`],
    () => mapField(dice, "build_args", anchors),
    () => [`lang: ${pick(["node22", "dockerfile"])}`],
  ];
  const fields = optional.filter(() => chance(0.4)).map((make) => make());
  if (chance(0.3)) fields.push(unknownField(dice));
  if (dice.slip(0.1)) fields.push([pick(["fprocess: again", "labels:", "image: twice"])]);
  const merged = anchors.functions.length > 0 && chance(0.4) ? [`<<: *${pick(anchors.functions)}`] : [];
  return [...merged, `image: ${image}`, ...fields.flat()];
}

function environmentFile(dice: Dice): string {
  if (dice.chance(0.1))
    return dice.pick(["", "# nothing\n", "other: 1\n", "environment:\n", "environment: [a]\n", "A=b\n"]);
  const anchors = { scalars: [], maps: [], functions: [] };
  return `${mapField(dice, "environment", anchors).join("\n")}\n${dice.chance(0.1) ? "---\nenvironment: {\n" : ""}`;
}

export function randomStack(random: () => number): RandomStack {
  const dice = createDice(random);
  const { chance, pick, below } = dice;
  const anchors: Anchors = { scalars: [], maps: [], functions: [] };
  const head = [
    !dice.slip(0.1)
      ? pick(["version: 1.0", 'version: "1.0"', "", "version:"])
      : pick(["version: 1", "version: 1.00", "version: [1]"]),
    ...(!dice.slip(0.1)
      ? ["provider:", "  name: openfaas"]
      : pick([["provider: { name: faas }"], ["provider:"], [""]])),
    ...(chance(0.2) ? ["x-env: &common", "  SHARED: 1.10", "  A: common"] : []),
    ...(chance(0.1) ? ["configuration:", "  copy: [./common]", "  templates: [{ name: a, source: b }]"] : []),
  ];
  if (head.includes("x-env: &common")) anchors.maps.push("common");
  const names = ["foo", "bar-2", "1.10", "'007'", "yes"].slice(0, 1 + below(4));
  const functions = names.flatMap((name) => {
    const lines = functionLines(dice, anchors);
    const anchor = chance(0.3) ? `f${below(1000)}` : undefined;
    if (anchor !== undefined) anchors.functions.push(anchor);
    return [`${name}:${anchor === undefined ? "" : ` &${anchor}`}`, ...indent(lines)];
  });
  const text = `${[...head, "functions:", ...indent(functions)].join(pick(["\n", "\n", "\n", "\r\n"]))}\n`;
  const bad = dice.slip(0.05) ? "    fprocess: *nowhere\n" : "";
  return { text: text + bad, environmentFiles: { "a.yml": environmentFile(dice), "b.yml": environmentFile(dice) } };
}
