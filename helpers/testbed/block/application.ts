/** The Hello, Retail! application as blocks see it. */
import { functions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import { functionsBehind } from "../../measure/functions-behind.ts";
import type { BlockApplication } from "../suite/services.ts";
import { deploymentOf } from "./deployment.ts";
import { startTrafficCheck } from "./traffic-check.ts";

export const helloRetail: BlockApplication = {
  functions,
  deployment: ({ definition: { name }, system, surroundings, services: { lab } }) => {
    const [definition] = functionsBehind({ entry: name, callees: [] }, functions);
    if (definition === undefined) throw new TypeError(`${name} is a function of the application`);
    const image = lab.images[system.variant]?.[name]?.reference ?? name;
    return deploymentOf(definition, system, image, surroundings);
  },
  tablesKnown: true,
  watch: (measured, services) => startTrafficCheck(measured, functionsBehind(measured, functions), services),
};
