/** What is said of an option that neither a command of ours nor Vitest knows. */
import { KaliumError } from "../base/errors.ts";
import { suggest } from "../config/suggest.ts";
import { variables } from "../config/variables.ts";
import { splitVitestWords, vitestOptions } from "../testbed/run/vitest-options.ts";

/**
 * Options that we do not know are Vitest's: asked only then, because it takes a second to load.
 * @param own options of the command, without dashes
 * @throws {KaliumError} E_CONFIG for one that Vitest does not know either
 */
export async function refuseUnknownOptions(words: readonly string[], own: readonly string[]): Promise<void> {
  const others = splitVitestWords(words).options.filter(
    (word) => word.startsWith("-") && !(nameOf(word) in vitestOptions),
  );
  if (others.length === 0) return;
  const { createCLI } = await import("vitest/node");
  const vitest = createCLI();
  try {
    vitest.parse(["node", "vitest", "run", ...words], { run: false });
    vitest.matchedCommand?.checkUnknownOptions();
  } catch (error) {
    throw unknownOption(error, own) ?? error;
  }
}

/** `undefined`: the error is about something else. */
export function unknownOption(error: unknown, own: readonly string[] = []): KaliumError | undefined {
  if (!(error instanceof Error && error.name === "CACError")) return undefined;
  const [, option] = /^Unknown option `(-+[^`]+)`/.exec(error.message) ?? [];
  if (option === undefined) {
    return new KaliumError("E_CONFIG", `Vitest: ${error.message}`, {
      hint: "Run `npx vitest --help` for its options.",
      cause: error,
    });
  }
  const setting = settingOf(nameOf(option), own);
  if (setting !== undefined) {
    return new KaliumError("E_CONFIG", `unknown option ${option}; did you mean the setting ${setting}?`, {
      hint: `Put it before the command: ${setting}=VALUE npm run ...; docs/settings.md lists all settings.`,
      cause: error,
    });
  }
  const long = Object.keys(vitestOptions).filter(({ length }) => length > 1);
  const meant = suggest(nameOf(option), [...own, ...long]);
  return new KaliumError(
    "E_CONFIG",
    `unknown option ${option}${meant === undefined ? "" : `; did you mean --${meant}?`}`,
    {
      hint: "Add --help to see the options of the command; `npx vitest --help` lists Vitest's, which may follow.",
      cause: error,
    },
  );
}

/** `--outputFile.junit=x` is `outputFile`. */
const nameOf = (word: string): string => word.replace(/^-+(no-)?/, "").replace(/[.=].*$/, "");

/** `--systems` is KALIUM_SYSTEMS, misspelt or not, unless an option is nearer. */
function settingOf(name: string, own: readonly string[]): string | undefined {
  const settings = new Map(
    Object.keys(variables).map((variable) => [
      variable
        .replace(/^KALIUM_/, "")
        .toLowerCase()
        .replaceAll("_", "-"),
      variable,
    ]),
  );
  const options = [...own, ...Object.keys(vitestOptions).filter(({ length }) => length > 1)];
  const nearest = suggest(name, [...options, ...settings.keys()]) ?? "";
  return options.includes(nearest) ? undefined : settings.get(nearest);
}
