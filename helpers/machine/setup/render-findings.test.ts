import { expect, test } from "vitest";
import { fact, missing, present } from "./finding.ts";
import { renderFindings } from "./render-findings.ts";

test("findings are aligned, and what is missing stands out", () => {
  const findings = [
    fact("system", "Debian", "kernel 6"),
    present("runc", "1.1.5", "/usr/sbin/runc", "a runtime"),
    missing("runsc", ["runsc"], "gVisor"),
  ];
  expect(`\n${renderFindings(findings)}\n`).toMatchInlineSnapshot(`
    "
             system  Debian                  kernel 6
    ok       runc    1.1.5   /usr/sbin/runc  a runtime
    MISSING  runsc                           gVisor
    "
  `);
});
