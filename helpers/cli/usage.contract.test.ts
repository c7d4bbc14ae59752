/** The command line as a user gets it: exit status 2, the value, the next command, and nothing on standard output. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));

test.for([
  ["load --rates", "--rates has no value"],
  ["load --rates 50,10", '--rates is "50,10", but must be', "did you mean 10,50?"],
  ["load --bound abc", '--bound is "abc", but must be a whole number from 1 to 60000'],
  ["load --clients 0", '--clients is "0", but must be a whole number from 1 to 10000'],
  ["load --arrivals poison", '--arrivals is "poison", but must be poisson or constant'],
  ["density --instances many", '--instances is "many", but must be a whole number from 1 to 1000'],
  ["density --blocks 101", '--blocks is "101", but must be a whole number from 1 to 100'],
  ["why --systems nativ", '--systems is "nativ", but must be a comma list', "did you mean native?"],
  ["perf hopz", 'part is "hopz", but must be', "did you mean hops?"],
  ["resume --minutes soon", '--minutes is "soon", but must be a whole number from 1 to 10000'],
  ["cluster gateway --port http", '--port is "http", but must be a whole number from 0 to 65535'],
  ["cluster up --function-limit few", '--function-limit is "few", but must be a whole number'],
  ["cluster up --gateway openfas", '--gateway is "openfas", but must be one of', "did you mean openfaas?"],
])("%s", async ([line = "", ...expected]) => {
  const { exitCode, stdout, stderr } = await execa(launcher, line.split(" "), {
    ...{ reject: false, stdin: "ignore", timeout: 300_000 },
    env: { KALIUM_SETUP: "never" },
  });
  expect(stderr).toMatch(/^E_CONFIG: .*\n {2}-> [A-Z].*`npm run [^`]+`/);
  for (const text of expected) expect(stderr).toContain(text);
  expect([exitCode, stdout]).toEqual([2, ""]);
});
