import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measuredFunctions } from "../../fixtures/flows/index.ts";
import type { MeasuredFunction } from "../contracts/application.ts";
import { suggest } from "../config/suggest.ts";
import { KaliumError } from "../base/errors.ts";
import { selectedLabels, suiteOf } from "../testbed/run/selected-tests.ts";
import { literally, namePatternOf, splitVitestWords } from "../testbed/run/vitest-options.ts";

const ownSuites = "suites/kalium";
const userSuites = "suites/app";
const accuracy = "policy-accuracy";

/**
 * Vitest's arguments for `npm run bench -- WORDS`. Functions, flows and parts of their names select tests, as `-t` does;
 * paths select suites; options are Vitest's.
 * @param ofUser the calls of an application of the user's; absent: Hello, Retail!
 * @throws {KaliumError} E_CONFIG for a word that selects nothing
 */
export function benchArguments(words: readonly string[], ofUser?: readonly MeasuredFunction[]): readonly string[] {
  const suites = ofUser === undefined ? ownSuites : userSuites;
  const { operands, options } = splitVitestWords(words);
  const named = operands.map((word) =>
    ofUser === undefined && (word === "policy accuracy" || word === accuracy) ? `${suites}/${accuracy}` : word,
  );
  const paths = named.filter((word) => word.includes("/") || word.endsWith(".ts"));
  for (const path of paths) refuseAbsentPath(path, suites);
  const patterns = named
    .filter((word) => !paths.includes(word))
    .map((word) => patternOf(word, ofUser ?? measuredFunctions));
  if (patterns.length === 0) {
    const all = ofUser === undefined && namePatternOf(options) === undefined ? suitesWith("") : [suites];
    return [...(paths.length === 0 ? all : paths), ...options];
  }
  if (namePatternOf(options) !== undefined || paths.length > 0) {
    throw new KaliumError("E_CONFIG", `functions are selected twice: by ${operands.join(" ")}, and by -t or a path`, {
      hint: `Give one of them: npm run bench -- ${operands.join(" ")}`,
    });
  }
  const pattern = patterns.length === 1 ? String(patterns[0]) : patterns.map((each) => `(${each})`).join("|");
  return [...(ofUser === undefined ? suitesWith(pattern) : [suites]), "-t", pattern, ...options];
}

/** The files in which the pattern selects something: Vitest lists all others that it is given as skipped. */
function suitesWith(pattern: string): readonly string[] {
  const labels = selectedLabels(new RegExp(pattern));
  const flows = measuredFunctions.flatMap(({ label, flow }) => (labels.includes(label) ? [flow] : []));
  return [...new Set(flows)].map((flow) => `${ownSuites}/${suiteOf(flow)}`);
}

/** Measured functions that these words of `npm run bench -- WORDS` select. @throws {KaliumError} E_CONFIG */
export function benchLabels(
  words: readonly string[],
  measured: readonly MeasuredFunction[] = measuredFunctions,
): readonly string[] {
  const ofUser = measured === measuredFunctions ? undefined : measured;
  const pattern = namePatternOf(benchArguments(words, ofUser));
  return selectedLabels(pattern === undefined ? undefined : new RegExp(pattern), undefined, measured);
}

function refuseAbsentPath(path: string, suites: string): void {
  if (/\.ya?ml$/.test(path)) {
    throw new KaliumError("E_CONFIG", `${path} was given as a suite, not as an application`, {
      hint: `Type npm run bench -- --app ${path}`, // npm may have taken --app for itself
    });
  }
  const at = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  if (existsSync(path) || [at, `${at}.ts`, `${at}.suite.ts`].some((candidate) => existsSync(candidate))) return;
  throw new KaliumError("E_CONFIG", `there is no suite ${path}`, { hint: `Name one of ${suites}/, or a function.` });
}

/** A regular expression over full names such as `product-photos > product-photos-receive*`. */
function patternOf(word: string, measured: readonly MeasuredFunction[]): string {
  const text = literally(word.replace(/\*$/, ""));
  const candidates = [` > ${text}\\*?$`, `^${text} > `, text];
  const pattern = candidates.find((candidate) => selectedLabels(new RegExp(candidate), undefined, measured).length > 0);
  if (pattern !== undefined) return pattern;
  const labels = measured.map(({ label }) => label);
  const flows = [...new Set(measured.map(({ flow }) => flow))];
  const others = measured === measuredFunctions ? [accuracy] : [];
  const meant = suggest(word, [...labels, ...flows, ...others]);
  throw new KaliumError(
    "E_CONFIG",
    `no function or flow is called ${word}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    {
      hint: `Name flows (${flows.join(", ")}), ${[...others, "or functions"].join(", ")}:\n     ${labels.join("\n     ")}`,
    },
  );
}
