import { expect, test } from "vitest";
import { pageStyle } from "./style.ts";

test("on a narrow screen printed figures keep their true size and scroll, and sentences in tables have room", () => {
  const narrow = pageStyle.slice(pageStyle.indexOf("@media (max-width: 47rem)"), pageStyle.indexOf("@media print"));
  expect(pageStyle).toMatch(/^figure \{.*overflow-x: auto/m);
  expect(narrow).toMatch(/figure > svg:not\(\.small\) \{ width: auto; \}/);
  expect(narrow).toMatch(/td:last-child:not\(\.right\) \{ min-width: 12rem; \}/);
});
