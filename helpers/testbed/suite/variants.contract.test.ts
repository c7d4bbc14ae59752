/** Every variant that does the application's work does it alike: through the real gateway, on plain processes. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measuredFunctions } from "../../../fixtures/flows/index.ts";
import { seedRows } from "../../../fixtures/hello-retail/database/index.ts";
import { withoutFiller } from "../../../fixtures/hello-retail/functions/stored-photo.ts";
import { successors } from "../../../fixtures/trapeze/hello-retail/labels.ts";
import { createPartialOrder } from "../../../fixtures/trapeze/policy/partial-order.ts";
import { effectiveFacets } from "../../../fixtures/trapeze/stores/facet-store.ts";
import { variantNamed, variants } from "../../../fixtures/variants/index.ts";
import { loadConfig } from "../../config/config.ts";
import type { MeasuredFunction } from "../../contracts/application.ts";
import type { System } from "../../contracts/system.ts";
import { createClient } from "../../gateway/client.ts";
import { startLab } from "../run/start-lab.ts";
import type { Plan } from "../../measure/plan.ts";
import { noLocalServer } from "../../services/mysql/test-server.ts";
import { systems } from "../../config/systems.ts";
import { deployBlock } from "../block/deploy-block.ts";
import { serviceName } from "../../config/systems.ts";
import { seedMysql, startImageServer, startMailSink } from "./hooks.ts";
import type { Services } from "./services.ts";

/** The first system of each variant that answers as the application does, on the runtime that every machine has. */
const compared: readonly System[] = variants
  .filter(({ expectation }) => expectation === undefined)
  .map(({ name }) => systems.find(({ variant, guard }) => variant === name && guard === "none"))
  .filter((system) => system !== undefined)
  .map((system) => ({ ...system, runtime: "native" }));

type Row = RowDataPacket & { readonly rowkey: string; readonly rowvalues: string; readonly label: string };

/** Trapeze keeps a version of a row for each label; visible is the one above all others. */
const order = createPartialOrder(successors);

const withoutTime = (value: string): string => value.replace(/"updated":\d{13}(?=[,}])/, '"updated":0');

interface Outcome {
  readonly problems: readonly (string | undefined)[];
  readonly bodies: readonly unknown[];
  readonly state: readonly unknown[];
}

const title = `variants${noLocalServer === undefined ? "" : ` (${noLocalServer})`}`;
describe.skipIf(noLocalServer !== undefined)(title, () => {
  const stack = new AsyncDisposableStack();
  let services: Services;

  beforeAll(async () => {
    const results = await mkdtemp(join(tmpdir(), "kb-variants-"));
    stack.defer(() => rm(results, { recursive: true, force: true }));
    const names = compared.map(({ name }) => name);
    const settings = {
      KALIUM_PROFILE: "smoke",
      KALIUM_BASELINE: "native",
      KALIUM_SYSTEMS: ["native", ...names].join(","),
      KALIUM_MYSQL_SOURCE: "local",
      KALIUM_RESULTS: results,
    };
    // Their own runtimes may be absent: here none of them is used.
    const { lab } = stack.use(await startLab({ ...loadConfig(settings), systemsNamed: false }));
    const client = stack.use(createClient({ url: lab.gateway.url, basicAuth: lab.gateway }));
    const ground = { lab, client, systems: names, say: () => undefined };
    services = {
      ...{ lab, client, systems: compared, replicas: 1 },
      databases: stack.use(await seedMysql(ground)).value,
      images: stack.use(await startImageServer(ground)).value,
      mail: stack.use(await startMailSink(ground)).value,
      floors: { measure: () => Promise.resolve({ floors: [], lost: [] }) },
    };
  });
  afterAll(() => stack.disposeAsync());

  test("there are several", () => {
    expect(compared.map(({ variant }) => variant)).toEqual(expect.arrayContaining(["vanilla", "valve", "trapeze"]));
  });

  test.for(measuredFunctions)("$label: the same answers, and the same rows afterwards", async (measured, context) => {
    await services.databases.reset(compared);
    const { config } = services.lab;
    const plan: Plan = { ...config.plan, seed: 1, label: measured.label, systems: compared.map(({ name }) => name) };
    const deployed = await deployBlock(measured, services, { plan, block: 0, signal: context.signal });
    context.onTestFinished(deployed.remove);
    const outcomes = await Promise.all(compared.map((system) => outcomeOf(system, measured)));
    const [plain] = outcomes;
    expect(plain?.problems).toEqual([undefined, undefined]);
    for (const [index, outcome] of outcomes.entries()) expect(outcome, compared[index]?.name).toEqual(plain);
  });

  /** Of two calls: what the first leaves in an instance must not show in the second. */
  async function outcomeOf(system: System, measured: MeasuredFunction): Promise<Outcome> {
    const { client, images } = services;
    const around = { imageUrl: images?.imageUrl ?? "" };
    const headers = {
      "content-type": "application/json",
      ...variantNamed(system.variant).requestHeaders?.(measured),
    };
    const problems: (string | undefined)[] = [];
    const bodies: unknown[] = [];
    for (let call = 0; call < 2; call++) {
      const { path, input } = measured;
      const answer = await client.invoke(serviceName(system, measured.entry), { path, headers, body: input(around) });
      const body = answer.body.toString();
      problems.push(
        measured.check({ status: answer.status, contentType: answer.headers["content-type"], body }, around),
      );
      bodies.push(body === "" ? undefined : JSON.parse(body));
    }
    return { problems, bodies, state: await visibleRows(system) };
  }

  /** Keys and values of the application's tables, without the times of the last writes and the filler of pictures. */
  async function visibleRows(system: System): Promise<readonly unknown[]> {
    const connection = await createConnection(services.databases.accessOf(system));
    try {
      const read = async (table: string): Promise<readonly unknown[]> => {
        const [found] = await connection.query<Row[]>("SELECT * FROM ?? ORDER BY rowkey", [table]);
        const rows = system.variant === "trapeze" ? effectiveFacets(order, found) : found;
        return rows.map(({ rowkey, rowvalues }) => [table, rowkey, withoutTime(withoutFiller(rowvalues))]);
      };
      return (await Promise.all(seedRows().map(({ table }) => read(table)))).flat();
    } finally {
      await connection.end();
    }
  }
});
