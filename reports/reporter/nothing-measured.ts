import type { TestModule } from "vitest/node";
import { z } from "zod";

/** More names than this are only counted. */
const namesShown = 30;

/** What to say when `-t` matches no test, with the names there are: Vitest skips them all and calls that a success. */
export function noTestMatches(modules: readonly TestModule[], pattern = everything): string | undefined {
  const names = namesOf(modules);
  const known = names.length > 0 && modules.every((module) => module.ok()); // a file that did not load may have it
  if (!known || names.some((name) => pattern.test(name))) return undefined;
  return `no test matches -t "${pattern.source}"\n  -> Use one of these names, a part of it, or a regular expression:${listed(names)}`;
}

/** What to say when the tests that measure, as far as `-t` selects them, end without a record. */
export function nothingMeasured(measuring: readonly TestModule[], pattern = everything): string | undefined {
  const selected = testsOf(measuring).filter(({ fullName }) => pattern.test(fullName));
  const loaded = measuring.every((module) => module.ok());
  if (loaded && selected.length === 0) return undefined; // -t is about other tests
  if (loaded && selected.every((test) => test.result().state === "skipped")) {
    return `nothing was measured; these were skipped:${listed(selected.map(({ fullName }) => fullName))}`;
  }
  const projects = [...new Set(measuring.map(({ project }) => project.name))].join(", ");
  return `nothing was measured:${firstError(measuring) ?? ` no test of ${projects} delivered a record`}`;
}

const providedSchema = z.object({ labFailure: z.object({ code: z.string(), message: z.string() }) });

/** Why there was nothing to measure on, else what failed first; its own next command comes with it. */
function firstError(measuring: readonly TestModule[]): string | undefined {
  for (const { project } of measuring) {
    const { success, data } = providedSchema.safeParse(project.getProvidedContext());
    if (success) return `\n${data.labFailure.code}: ${data.labFailure.message}`;
  }
  for (const module of measuring) {
    const suites = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
    const tests = [...module.children.allTests()].flatMap((each) => each.result().errors ?? []);
    const [first] = [...suites, ...tests];
    if (first !== undefined) return ` ${first.message}`;
  }
  return undefined;
}

const everything = /(?:)/;

const testsOf = (modules: readonly TestModule[]) => modules.flatMap(({ children }) => [...children.allTests()]);

const namesOf = (modules: readonly TestModule[]): readonly string[] => testsOf(modules).map(({ fullName }) => fullName);

const listed = (names: readonly string[]): string =>
  [...names.slice(0, namesShown), ...(names.length > namesShown ? [`and ${names.length - namesShown} more`] : [])]
    .map((line) => `\n       ${line}`)
    .join("");
