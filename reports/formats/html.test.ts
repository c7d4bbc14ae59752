import { expect, test } from "vitest";
import { columns } from "../tables/document.ts";
import { toHtml } from "./html.ts";

const table = {
  columns: columns("Function", ">n", "Why"),
  rows: [["product-purchase-authenticate", "3", "the client was starved in 29 of 40 rounds <all>"]],
};
const html = toHtml({ title: "T", sections: [{ title: "Void", table }] }, '<svg class="marks"></svg>');

test("names and numbers stay on one line, sentences wrap, text is escaped", () => {
  expect(html).toContain('<td class="short">product-purchase-authenticate</td><td class="right">3</td>');
  expect(html).toContain("<td>the client was starved in 29 of 40 rounds &lt;all&gt;</td>");
});

test("what is too wide for a narrow screen is scrolled by itself, and a picture keeps a width that can be read", () => {
  expect(html).toContain('<div class="scroll"><table>');
  expect(html).toContain('<figure><svg class="marks">');
  expect(html).toMatch(/figure \{[^}]*overflow-x: auto/);
  expect(html).toMatch(/svg\.marks \{[^}]*min-width/);
});
