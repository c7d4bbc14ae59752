// Strict, type-checked lint, and the import directions of docs/architecture.md as rules.
import tseslint from "typescript-eslint";

/** Forbids imports whose specifier matches one of the patterns; the message names the rule that is broken. */
const forbid = (files, patterns, message) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [{ regex: patterns, message }] }] },
});

export default tseslint.config(
  { ignores: ["node_modules/", "reports/results/", "reports/out/"] },
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js"] } } } },
  {
    rules: {
      "no-console": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/only-throw-error": "error",
      "preserve-caught-error": "error",
    },
  },
  forbid(
    ["reports/**/*.ts"],
    "/(helpers|fixtures|suites)/",
    "reports are pure readers of records: no helpers, fixtures or suites",
  ),
  forbid(
    ["fixtures/**/*.ts"],
    "/(reports|suites)/|/helpers/(?!contracts)",
    "fixtures are what is run: only types from helpers/contracts.ts",
  ),
  forbid(
    ["helpers/**/*.ts"],
    "/suites/|/reports/(?!(record|syscall-record|accuracy-record|load-record|load-step|store|artifact|progress|compare|boot-log/log-record|stats/(quantile|interval|student-t|random))\\.ts)",
    "helpers make things happen: of reports they know the record format, the store, the artifact, progress and compare",
  ),
  forbid(
    ["helpers/kalium/{core,learn}/**/*.ts"],
    "^(?!\\./|\\.\\./core/|\\.\\./\\.\\./errors\\.ts$|zod$|\\.\\./\\.\\./\\.\\./reports/stats/random\\.ts$)",
    "the core of the guard is pure: itself, KaliumError and zod",
  ),
  forbid(["suites/report/**/*.ts"], "/(helpers|fixtures)/", "the report suite reads records only"),
  { files: ["fixtures/{hello-retail,trapeze}/**/*.ts", "helpers/cli/**/*.ts"], rules: { "no-console": "off" } },
  {
    // The Kubernetes client's types are classes, but objects of the API are written as plain ones.
    files: ["helpers/cluster/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-misused-spread": "off",
    },
  },
  { files: ["**/*.test.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["eslint.config.js"], ...tseslint.configs.disableTypeChecked },
);
