import type { Command } from "commander";

/** `kalium-bench serve`: the testbed without a measurement, for faas-cli, curl and trying things out. */
export function registerServe(program: Command): void {
  program
    .command("serve")
    .description("start gateway, MySQL, image server and mail sink, deploy the application, and wait for Ctrl-C")
    .option("--json", "print JSON only")
    .action(async ({ json }: { readonly json?: true }) => {
      const [{ loadConfig }, { serveTestbed }] = await Promise.all([
        import("../config/config.ts"),
        import("../testbed/serve-testbed.ts"),
      ]);
      await using served = await serveTestbed(loadConfig());
      console.log(json ? JSON.stringify(served.info) : served.describe());
      await new Promise<void>((resolve) => {
        process.once("SIGINT", resolve);
        process.once("SIGTERM", resolve);
      });
    });
}
