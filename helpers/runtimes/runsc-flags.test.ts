import { expect, test } from "vitest";
import { flagDefaults, flagParts } from "./runsc-flags.ts";

/** As runsc prints it. */
const list = `  -alsologtostderr
    \tsend log messages to stderr.
  -directfs
    \tdirectly access the container filesystems from the sentry. (default true)
  -file-access value
    \tspecifies which validation to use for the root mount: exclusive (default), shared.
  -file-access-mounts value
    \tspecifies which validation to use for other volumes: shared (default), exclusive. (default shared)
  -debug-log-format string
    \tlog format: text (default), json, or json-k8s. (default "text")
  -coverage-report string
    \tfile path.
`;

test("the defaults of a build are what its list states: switches are off without a word, texts empty", () => {
  expect(Object.fromEntries(flagDefaults(list))).toEqual({
    alsologtostderr: "false",
    directfs: "true",
    "file-access": "exclusive",
    "file-access-mounts": "shared",
    "debug-log-format": "text",
    "coverage-report": "",
  });
});

test("a switch without a value is on, and a value may hold an equals sign", () => {
  expect(flagParts("--strace")).toEqual(["strace", "true"]);
  expect(flagParts("--overlay2=root:dir=/x")).toEqual(["overlay2", "root:dir=/x"]);
});
