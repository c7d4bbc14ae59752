import type { Command } from "commander";

/** `kalium-bench plan`: says what `bench` would do, and does nothing. */
export function registerPlan(program: Command): void {
  program
    .command("plan")
    .description("say what a run would measure and how long it would take; starts and writes nothing")
    .option("--json", "print JSON only")
    .action(async ({ json }: { readonly json?: true }) => {
      const [{ loadConfig }, { describePlan, renderPlan }] = await Promise.all([
        import("../config/config.ts"),
        import("../lab/describe-plan.ts"),
      ]);
      // Folders are checked by making one in them, which a plan must not; results are only read here.
      const { KALIUM_RESULTS: results, ...env } = process.env;
      const config = loadConfig({ ...env, KALIUM_OUT: undefined });
      const description = await describePlan(results ? { ...config, resultsDirectory: results } : config);
      console.log(json ? JSON.stringify(description, null, 2) : renderPlan(description));
    });
}
