import { describe, expect, inject, test } from "vitest";
import { flows } from "../../fixtures/flows/index.ts";
import { failedCalls, voidCells } from "../../helpers/measure/validity.ts";
import { testbed } from "../../helpers/experiments/latency/testbed.ts";
import {
  seedMysql,
  selectRuntimes,
  startFloors,
  startImageServer,
  startMailSink,
} from "../../helpers/testbed/suite/hooks.ts";

/** Every measured function once, through the real gateway, database and sandboxes. Right answers, no statistics: a busy machine voids nothing. */
const missing = inject("labMissing");

describe.skipIf(missing !== undefined).for(Object.entries(flows))(
  `%s${missing === undefined ? "" : ` (${missing})`}`,
  ([, functions]) => {
    const bed = testbed(functions);
    const databases = bed.beforeAll(seedMysql);
    const images = bed.beforeAll(startImageServer);
    const mail = bed.beforeAll(startMailSink);
    const systems = bed.beforeAll(selectRuntimes);
    const floors = bed.beforeAll(startFloors);

    test.for(bed.titles)("%s", async (title, context) => {
      const record = await bed.measure(title, { databases, images, mail, systems, floors }, context);
      const { samples, floors: measured = [] } = record;
      expect(voidCells(record), "void cells").toEqual([]);
      expect(failedCalls(record)).toEqual([]);
      expect(new Set(samples.map(({ system }) => system))).toEqual(new Set(systems().map(({ name }) => name)));
      expect(measured.map(({ name }) => name)).toEqual(["gateway", "instance", "tcp-echo", "sandbox-echo"]);
    });
  },
);
