import { expect, test } from "vitest";
import type { Reporter, Vitest } from "vitest/node";
import { attachReporter, streamBeside } from "./attach.ts";

const ours: Reporter = {};

/** As much of Vitest as counts here; reporters as it holds them once the command line has been read. */
function attachedTo(reporters: readonly unknown[]): { readonly vitest: Vitest } {
  const vitest = { config: { reporters } } as unknown as Vitest;
  const attach = attachReporter(ours).configureVitest as (context: { readonly vitest: Vitest }) => void;
  for (let project = 0; project < 2; project++) attach({ vitest });
  return { vitest };
}

test("the reporter is the first of all, once, however many projects there are", () => {
  const theirs: Reporter = {};
  const { vitest } = attachedTo([["junit", {}], theirs]);
  expect(vitest.config.reporters).toEqual([ours, ["junit", {}], theirs]);
  expect(vitest.config.reporters[0]).toBe(ours);
});

test("a live summary would paint over our progress line", () => {
  const { vitest } = attachedTo([
    ["default", {}],
    ["verbose", { summary: true }],
    ["dot", {}],
  ]);
  expect(vitest.config.reporters.slice(1)).toEqual([
    ["default", { summary: false }],
    ["verbose", { summary: false }],
    ["dot", {}],
  ]);
});

const people = ["default", "verbose", "tree", "dot", "minimal", "agent", "hanging-process", "github-actions"];
const files = ["json", "junit", "blob", "html"];

test.for([...people, ...files])("beside %s our lines go to standard output", (name) => {
  expect(streamBeside(ours, attachedTo([[name, {}]]).vitest)).toBe(process.stdout);
});

test.for(["tap", "tap-flat", "./mine.ts"])("%s has standard output to itself", (name) => {
  expect(
    streamBeside(
      ours,
      attachedTo([
        ["default", {}],
        [name, {}],
      ]).vitest,
    ),
  ).toBe(process.stderr);
});
