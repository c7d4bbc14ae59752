import { describe, expect, inject, test } from "vitest";
import { systemCallsBed } from "../../helpers/experiments/system-calls/bed.ts";
import { selectRuntimes } from "../../helpers/testbed/suite/hooks.ts";
import { operationNames } from "../../reports/records/system-call-record.ts";

/** What operations of the operating system take under each runtime: docs/system-calls.md. */
const left = inject("systemCallsLeftOut");

describe.skipIf(left !== undefined)(`system calls${left === undefined ? "" : ` (${left})`}`, () => {
  const bed = systemCallsBed();
  const systems = bed.beforeAll(selectRuntimes);

  test("each operation in a loop inside a function, under every runtime", async (context) => {
    const { series, plan } = await bed.measure(systems, context);
    const runtimes = new Set(series.map(({ system }) => system)).size;
    expect(series).toHaveLength(operationNames.length * runtimes * plan.blocks);
  });
});
