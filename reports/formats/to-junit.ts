/** Verdicts as JUnit XML, which every CI system shows. The same verdicts give the same bytes. */

export interface JunitCase {
  readonly group: string;
  readonly name: string;
  /** The verdict as every other format prints it. */
  readonly text: string;
  /** `skipped`: there is no verdict, and the text says why. */
  readonly state: "passed" | "skipped" | "failed";
}

export function toJunit(suite: string, cases: readonly JunitCase[]): string {
  const count = (state: JunitCase["state"]): number => cases.filter((one) => one.state === state).length;
  const counts = `tests="${cases.length}" failures="${count("failed")}" skipped="${count("skipped")}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="${escape(suite)}" ${counts}>`,
    ...cases.map(caseText),
    "</testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseText({ group, name, text, state }: JunitCase): string {
  const body = {
    passed: `<system-out>${escape(text)}</system-out>`,
    skipped: `<skipped message="${escape(text)}"/>`,
    failed: `<failure message="${escape(text)}"/>`,
  }[state];
  return `<testcase classname="${escape(group)}" name="${escape(name)}">${body}</testcase>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Reasons come from programs: what XML 1.0 cannot hold becomes a blank. */
const escape = (text: string): string =>
  text
    .replaceAll(/[^\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, " ")
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
