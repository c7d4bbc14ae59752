import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { flows, measuredFunctions } from "../../fixtures/flows/index.ts";
import { suggest } from "../config/suggest.ts";
import { KaliumError } from "../base/errors.ts";
import { selectedLabels } from "../testbed/run/selected-tests.ts";
import { namePatternOf, splitVitestWords } from "../testbed/run/vitest-options.ts";

const suites = "suites/kalium";
const accuracy = "policy-accuracy";

/**
 * Vitest's arguments for `npm run bench -- WORDS`. Functions, flows and parts of their names select tests, as `-t` does;
 * paths select suites; options are Vitest's.
 * @throws {KaliumError} E_CONFIG for a word that selects nothing
 */
export function benchArguments(words: readonly string[]): readonly string[] {
  const { operands, options } = splitVitestWords(words);
  const named = operands.map((word) =>
    word === "policy accuracy" || word === accuracy ? `${suites}/${accuracy}` : word,
  );
  const paths = named.filter((word) => word.includes("/") || word.endsWith(".ts"));
  for (const path of paths) refuseAbsentPath(path);
  const patterns = named.filter((word) => !paths.includes(word)).map(patternOf);
  if (patterns.length === 0) return [...(paths.length === 0 ? [suites] : paths), ...options];
  if (namePatternOf(options) !== undefined || paths.length > 0) {
    throw new KaliumError("E_CONFIG", `functions are selected twice: by ${operands.join(" ")}, and by -t or a path`, {
      hint: `Give one of them: npm run bench -- ${operands.join(" ")}`,
    });
  }
  return [
    suites,
    "-t",
    patterns.length === 1 ? String(patterns[0]) : patterns.map((each) => `(${each})`).join("|"),
    ...options,
  ];
}

/** Measured functions that these words of `npm run bench -- WORDS` select. @throws {KaliumError} E_CONFIG */
export function benchLabels(words: readonly string[]): readonly string[] {
  const pattern = namePatternOf(benchArguments(words));
  return selectedLabels(pattern === undefined ? undefined : new RegExp(pattern));
}

function refuseAbsentPath(path: string): void {
  const at = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  if (existsSync(path) || [at, `${at}.ts`, `${at}.suite.ts`].some((candidate) => existsSync(candidate))) return;
  throw new KaliumError("E_CONFIG", `there is no suite ${path}`, { hint: `Name one of ${suites}/, or a function.` });
}

/** A regular expression over full names such as `product-photos > product-photos-receive*`. */
function patternOf(word: string): string {
  const text = word.replace(/\*$/, "").replaceAll(/[^\w-]/g, "\\$&");
  const candidates = [` > ${text}\\*?$`, `^${text} > `, text];
  const pattern = candidates.find((candidate) => selectedLabels(new RegExp(candidate)).length > 0);
  if (pattern !== undefined) return pattern;
  const labels = measuredFunctions.map(({ label }) => label);
  const meant = suggest(word, [...labels, ...Object.keys(flows), accuracy]);
  throw new KaliumError(
    "E_CONFIG",
    `no function or flow is called ${word}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    {
      hint: `Name flows (${Object.keys(flows).join(", ")}), ${accuracy}, or functions:\n     ${labels.join("\n     ")}`,
    },
  );
}
