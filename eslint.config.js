// Strict, type-checked lint. Which folder may import which: .dependency-cruiser.js
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "reports/results/", "reports/out/"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["eslint.config.js", ".dependency-cruiser.js"] } },
    },
  },
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
  { files: ["fixtures/{hello-retail,trapeze}/**/*.ts", "helpers/cli/**/*.ts"], rules: { "no-console": "off" } },
  {
    // The Kubernetes client's types are classes, but objects of the API are written as plain ones.
    files: ["helpers/cluster/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/no-misused-spread": "off",
    },
  },
  { files: ["*.js"], ...tseslint.configs.disableTypeChecked },
);
