import { expect, test } from "vitest";
import { columns } from "../tables/document.ts";
import { toHtml } from "./html.ts";

const table = {
  columns: columns("Function", ">n", "Why"),
  rows: [["product-purchase-authenticate", "3", "the client was starved in 29 of 40 rounds <all>"]],
};
const figure = '<svg class="marks"></svg>';
const html = toHtml({ title: "T", sections: [{ title: "Void", table }] }, { figure });

test("names and numbers stay on one line, sentences wrap, text is escaped", () => {
  expect(html).toContain('<td class="short">product-purchase-authenticate</td><td class="right">3</td>');
  expect(html).toContain("<td>the client was starved in 29 of 40 rounds &lt;all&gt;</td>");
});

test("what is too wide for a narrow screen is scrolled by itself", () => {
  expect(html).toContain('<div class="scroll" tabindex="0"><table>');
  expect(html).toContain('<figure><svg class="marks">');
  expect(html).toMatch(/figure \{[^}]*overflow-x: auto/);
});

test("what was found stands before the figure, commands are marked, and what is folded can be opened", () => {
  const lead = ["39 % slower: `npm run resume` settles the rest."];
  const sections = [{ title: "Floors", paragraphs: ["low"], folded: true }, { title: "Void" }];
  const page = toHtml({ title: "T", lead, sections }, { figure });
  expect(page.indexOf("39 % slower: <code>npm run resume</code> settles")).toBeLessThan(page.indexOf("<figure>"));
  expect(page).toContain("<details><summary><h2>Floors</h2></summary>\n<p>low</p>\n</details>");
  expect(page).toContain("<h2>Void</h2>");
});
