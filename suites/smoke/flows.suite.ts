import { beforeAll, describe, expect, inject, test } from "vitest";
import { flows } from "../../fixtures/flows/index.ts";
import { failedCalls, faultyCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";

/** Every measured function once, through the real gateway, database and sandboxes. Right answers, no statistics: a busy machine voids nothing. */
const missing = inject("labMissing");

describe.skipIf(missing !== undefined).for(Object.entries(flows))(
  `%s${missing === undefined ? "" : ` (${missing})`}`,
  ([, functions]) => {
    const bed = testbed(functions);
    beforeAll(bed.seedMysql);
    beforeAll(bed.startImageServer);
    beforeAll(bed.startMailSink);
    beforeAll(bed.selectRuntimes);
    beforeAll(bed.startFloors);

    test.for(bed.titles)("%s", async (title, context) => {
      const record = await bed.measure(title, context);
      const { samples, floors = [] } = record;
      expect(faultyCells(record)).toEqual([]);
      expect(failedCalls(record)).toEqual([]);
      expect(new Set(samples.map(({ system }) => system))).toEqual(new Set(bed.systems()));
      expect(floors.map(({ name }) => name)).toEqual(["gateway", "instance", "tcp-echo"]);
    });
  },
);
