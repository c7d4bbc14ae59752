/** Vitest's options that people give to our commands: `true` for one that takes no value. */
export const vitestOptions: Readonly<Record<string, boolean>> = {
  t: false,
  testNamePattern: false,
  project: false,
  reporter: false,
  outputFile: false,
  bail: false,
  retry: false,
  exclude: false,
  shard: false,
  testTimeout: false,
  hookTimeout: false,
  maxWorkers: false,
  u: true,
  update: true,
  w: true,
  watch: true,
  ui: true,
  coverage: true,
  changed: true,
};

export interface VitestWords {
  /** Words that belong to no option. */
  readonly operands: readonly string[];
  /** Options with their values, in their order. */
  readonly options: readonly string[];
}

/** Tells operands from options and their values, as Vitest's own parser does with them. */
export function splitVitestWords(words: readonly string[]): VitestWords {
  const operands: string[] = [];
  const options: string[] = [];
  let valueMayFollow = false;
  for (const word of words) {
    const isOption = word.startsWith("-");
    (isOption || valueMayFollow ? options : operands).push(word);
    valueMayFollow = isOption && !word.includes("=") && vitestOptions[word.replace(/^-+/, "")] !== true;
  }
  return { operands, options };
}

/** Of `-t` or `--testNamePattern`; `undefined` where it is not among them. */
export function namePatternOf(options: readonly string[]): string | undefined {
  const at = options.findLastIndex((word) => /^(-t|--testNamePattern)(=|$)/.test(word));
  if (at < 0) return undefined;
  const [, value] = /=([^]*)$/.exec(options[at] ?? "") ?? [];
  return value ?? options[at + 1] ?? "";
}

/** A pattern for `-t` that matches this text and nothing else. */
export const literally = (text: string): string => text.replaceAll(/[^\w-]/g, "\\$&");
