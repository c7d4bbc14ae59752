import { namePatternOf, splitVitestWords } from "./vitest-options.ts";
import { selectedLabels } from "./selected-tests.ts";

/** What `npm test` runs: nothing of it takes long, or needs more than this machine. */
const everyday = ["unit", "contract", "smoke"];

/**
 * The projects that a command line without a folder and without `--project` means. `npx vitest run -t LABEL`: the
 * benchmark of that function, not also its load, its smoke test and whatever else mentions it. `npx vitest run`: what
 * `npm test` runs, and no measurement. `undefined`: the command line says it itself, or is not Vitest's.
 * @param argv as `process.argv`
 * @param app file of the user's application, if one is set: then a label is one of its calls
 */
export function chosenProjects(argv: readonly string[], app?: string): readonly string[] | undefined {
  const [, program = "", command = "", ...words] = argv;
  if (!/\bvitest(\.mjs)?$/.test(program) || !["run", "watch", "list"].includes(command)) return undefined;
  const { operands, options } = splitVitestWords(words);
  if (operands.length > 0 || options.some((word) => /^--(project|dir|root|config)(=|$)/.test(word))) return undefined;
  const pattern = namePatternOf(options);
  const names = pattern === undefined ? undefined : asPattern(pattern);
  if (app && names !== undefined) return ["app"];
  return names !== undefined && selectedLabels(names).length > 0 ? ["kalium"] : everyday;
}

/** `undefined` for one that Vitest will refuse. */
function asPattern(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}
