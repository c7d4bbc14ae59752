/**
 * What a suite's hooks call: seed MySQL, start the image server and the mail sink, select the runtimes, measure.
 * Each hook resolves to its own teardown. Runs in the measuring worker; the gateway and the database server belong to
 * the main process (helpers/lab/) and are reached by URL.
 */
import { reportStage } from "../../../reports/records/progress.ts";
import type { LatencyRecord } from "../../../reports/records/record.ts";
import type { Availability, MeasuredFunction, RuntimeName } from "../../contracts.ts";
import { selectSystems } from "../../config/select-systems.ts";
import type { GatewayClient } from "../../gateway/client.ts";
import type { ImageServerInfo } from "../../services/image-server/index.ts";
import type { Lab } from "../../testbed/run/lab.ts";
import { labClient } from "../../testbed/run/lab-gateway.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import { titleOf } from "../../testbed/run/selected-tests.ts";
import { placedError, serviceStarter } from "../../testbed/run/service-starter.ts";
import { measureFunction, type MeasureContext } from "../../measure/measure-function.ts";
import type { Plan } from "../../measure/plan.ts";
import type { Stage } from "../../measure/stage.ts";
import { connectMysql } from "../../services/mysql/index.ts";
import { type SmtpSinkInfo, startSmtpSink } from "../../services/smtp-sink/index.ts";
import type { ComparedSystem } from "../../config/systems.ts";
import { type SeededDatabases, seedDatabases } from "../../testbed/suite/databases.ts";
import { imageServerCaSecret } from "../../testbed/block/deployment.ts";
import { type Floors, startFloors } from "../../testbed/suite/floors.ts";
import { watchGuardStages } from "../../guards/watch-stages.ts";
import { createOutlast, type Outlast } from "../../testbed/suite/outlast.ts";
import { startPictureServer } from "../../testbed/suite/picture-server.ts";
import type { Services } from "../../testbed/suite/services.ts";
import { createStage } from "../../testbed/block/stage.ts";

type Teardown = () => Promise<void>;

export interface Testbed {
  /** Titles of the tests: the figure's labels, with its asterisks. */
  readonly titles: readonly string[];
  readonly seedMysql: () => Promise<Teardown>;
  readonly startImageServer: () => Promise<Teardown>;
  readonly startMailSink: () => Promise<Teardown>;
  /** @throws {KaliumError} E_RUNTIME_UNAVAILABLE for the baseline, and for a system that the user named */
  readonly selectRuntimes: () => void;
  /** Keeps an empty function under the baseline, so that each block measures what the harness itself costs. */
  readonly startFloors: () => Promise<Teardown>;
  /** What a measurement of one's own has to be handed to, so that the hooks' teardowns wait for its end. */
  readonly outlast: Outlast;
  /** Names of the selected systems. */
  readonly systems: () => readonly string[];
  /** The measured function of a title. */
  readonly measured: (title: string) => MeasuredFunction;
  /** What the hooks have put up so far. */
  readonly services: () => Services;
  /** Deploys, measures and removes the function under every selected system, block by block. */
  readonly measure: (title: string, context: MeasureContext) => Promise<LatencyRecord>;
}

export function testbed(functions: readonly MeasuredFunction[]): Testbed {
  const outlast = createOutlast();
  let databases: SeededDatabases | undefined;
  let images: ImageServerInfo | undefined;
  let mail: SmtpSinkInfo | undefined;
  let floors: Floors | undefined;
  let systems: readonly ComparedSystem[] = [];
  let client: GatewayClient | undefined;
  const tell = (stage: string): void => reportStage(functions[0]?.flow ?? "", stage);
  const gateway = (): GatewayClient => (client ??= clientOf(providedLab()));
  const services = (): Services => {
    const lab = providedLab();
    return { lab, client: gateway(), systems, databases, images, mail, floors, replicas: 1 };
  };
  const measuredOf = (title: string): MeasuredFunction => {
    const measured = functions.find((candidate) => titleOf(candidate) === title);
    if (measured === undefined) throw new TypeError(`no measured function has the title ${title}`);
    return measured;
  };

  const measure = async (measured: MeasuredFunction, context: MeasureContext): Promise<LatencyRecord> => {
    const { lab } = services();
    const stageOf = (plan: Plan): Stage => createStage(measured, services(), plan);
    try {
      const stages = await watchGuardStages(lab, systems);
      const record = await measureFunction({ measured, systems, lab, stageOf }, context);
      await stages.write(record);
      return record;
    } catch (error) {
      throw placedError(error, lab);
    }
  };

  return {
    titles: functions.map(titleOf),

    seedMysql: async () => {
      const { mysql, config } = providedLab();
      tell(`filling the databases of ${config.systems.join(", ")}`);
      const admin = connectMysql(mysql);
      databases = await seedDatabases(admin, config.systems, gateway(), config.mysql.dump);
      return outlast.after(() => admin.close());
    },

    startImageServer: async () => {
      tell("starting the image server");
      const server = await startPictureServer(providedLab());
      images = server.info;
      const { caCertificatePem } = server.info;
      if (caCertificatePem !== undefined) await gateway().putSecret(imageServerCaSecret, caCertificatePem);
      return outlast.after(() => server.stop());
    },

    startMailSink: async () => {
      const lab = providedLab();
      tell("starting the mail sink");
      const sink = await startSmtpSink({ host: lab.network.hostAddress }, serviceStarter(lab));
      mail = sink.info;
      return outlast.after(() => sink.stop());
    },

    selectRuntimes: () => {
      const { config, runtimes } = providedLab();
      systems = selectSystems(config, new Map(Object.entries(runtimes) as [RuntimeName, Availability][])).systems;
    },

    startFloors: async () => {
      const lab = providedLab();
      tell("starting an empty function, for the floors");
      const started = await startFloors(lab, gateway());
      floors = started;
      return outlast.after(() => started.stop());
    },

    outlast,
    systems: () => systems.map(({ name }) => name),
    measured: measuredOf,
    services,

    measure: (title, context) => outlast.during(measure(measuredOf(title), context)),
  };
}

const clientOf = (lab: Lab): GatewayClient => labClient(lab, lab.config.plan.connection);
