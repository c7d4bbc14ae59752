import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

interface DeployOptions {
  readonly gateway?: string;
  readonly user: string;
  readonly passwordFile?: string;
  readonly strict?: true;
}

/** `kalium-bench deploy`: the functions of a stack file, on our gateway or a real OpenFaaS. */
export function registerDeploy(program: Command): void {
  addCommand(program, "deploy", {
    task: "Prepare a machine",
    description: "Deploy the functions of an OpenFaaS stack file",
    example: "npm run deploy -- stack.yml --gateway http://127.0.0.1:8080",
  })
    .argument("<file>", "Stack file of OpenFaaS")
    .option("-g, --gateway <url>", "Gateway (default: the one in the file, OPENFAAS_URL, then http://127.0.0.1:8080)")
    .option("-u, --user <name>", "User of the gateway", "admin")
    .option("--password-file <path>", "File with the gateway's password (default: no login)")
    .option("--strict", "Deploy nothing when the file has a setting without effect")
    .action(async (file: string, { gateway, user, passwordFile, strict }: DeployOptions) => {
      const [{ readFile }, { KaliumError }, { createClient }, { gatewayAddress }, { readStackFile }] =
        await Promise.all([
          import("node:fs/promises"),
          import("../base/errors.ts"),
          import("../gateway/client.ts"),
          import("../gateway/stack/gateway-address.ts"),
          import("../gateway/stack/stack-file.ts"),
        ]);
      const password = passwordFile === undefined ? undefined : (await readFile(passwordFile, "utf8")).trim();
      const stack = await readStackFile(file);
      if (strict === true && stack.warnings.length > 0) {
        throw new KaliumError("E_CONFIG", stack.warnings.join("\n"), { hint: "Correct the file, or drop --strict" });
      }
      for (const warning of stack.warnings) console.error(`warning: ${warning}`);
      const url = gatewayAddress({ option: gateway, stack: stack.gateway, env: process.env });
      const basicAuth = password === undefined ? undefined : { user, password };
      using clients = new DisposableStack();
      const deployed = stack.deployments.map((deployment) => {
        return { deployment, client: clients.use(createClient({ url, basicAuth, namespace: deployment.namespace })) };
      });
      for (const { deployment, client } of deployed) await client.deploy(deployment);
      for (const { deployment, client } of deployed) {
        const { service, namespace } = deployment;
        await client.waitReady(service);
        const name = namespace === undefined ? service : `${service}.${namespace}`;
        console.log(`${service} is ready: ${url}/function/${name}`);
      }
    });
}
