import { expect, test } from "vitest";
import { refuseUnknownOptions } from "./unknown-option.ts";

const refused = (...words: readonly string[]) => refuseUnknownOptions(words, ["app", "help"]);

test.for<[string, RegExp]>([
  ["--ap", /^unknown option --ap; did you mean --app\?\n {2}-> Add --help/],
  ["--aps=my.yml", /^unknown option --aps; did you mean --app\?/],
  ["--repoter=junit", /^unknown option --repoter; did you mean --reporter\?/],
  [
    "--systems",
    /^unknown option --systems; did you mean the setting KALIUM_SYSTEMS\?\n {2}-> .*KALIUM_SYSTEMS=VALUE npm run/,
  ],
  ["--sytems=gvisor", /^unknown option --sytems; did you mean the setting KALIUM_SYSTEMS\?/],
  ["--wholly-unknown", /^unknown option --wholly-?[uU]nknown\n/],
])("%s is named, with the option that was meant", async ([word, message]) => {
  await expect(refused("microbenchmark", word)).rejects.toThrow(message);
});

test("options of Vitest pass, also those that we do not list", async () => {
  await refused("-t", "x", "--outputFile.junit=a.xml", "--no-color", "--silent", "--logHeapUsage");
});
