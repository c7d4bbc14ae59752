import { expect, test } from "vitest";
import { inLines, widthOf } from "./terminal-text.ts";

test("a sentence is broken at blanks; commands, and numbers with their unit, stay whole", () => {
  expect(inLines("native is slower by 12 % (± 3 %) than gVisor", 24)).toBe(
    "native is slower by 12 %\n(± 3 %) than gVisor",
  );
  expect(inLines("Run `npm run resume -- RUN --settle` to measure them.", 20)).toBe(
    "Run\n`npm run resume -- RUN --settle`\nto measure them.",
  );
});

test("further lines stand beneath their text: of a hint, and of what a part says", () => {
  expect(inLines("E_CONFIG: no kubeconfig\n  -> Set KUBECONFIG to the file that `kubectl` uses.", 32)).toBe(
    "E_CONFIG: no kubeconfig\n  -> Set KUBECONFIG to the file\n     that `kubectl` uses.",
  );
  expect(inLines("lab: not root, so without sandboxes", 20)).toBe("lab: not root, so\n     without\n     sandboxes");
  expect(inLines("Expect   12.5 % of fresh rounds rejected", 28)).toBe(
    "Expect   12.5 % of fresh\n         rounds rejected",
  );
});

test("text that fits keeps its own blanks and lines, and a log has no width", () => {
  const table = "ok   runsc    /opt/runsc\n\nNext: npm run bench";
  expect(inLines(table, 24)).toBe(table);
  expect(inLines("x ".repeat(500), widthOf({ isTTY: false, columns: 80 }))).toBe("x ".repeat(500));
  expect(widthOf({ isTTY: true, columns: 80 })).toBe(80);
});
