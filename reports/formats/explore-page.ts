/** A report as a page to explore: with the scripts that its tables and charts need, in the file itself. */
import { pageScripts } from "../page/script.ts";
import type { ReportDocument } from "../tables/document.ts";
import { type PageParts, toHtml } from "./html.ts";

/** Charts are those of `chartFigure`, in the parts or in the sections. */
export async function explorePage(document: ReportDocument, parts: Omit<PageParts, "scripts"> = {}): Promise<string> {
  const { page, vega } = await pageScripts();
  const html = [parts.figure, parts.functions, ...document.sections.map(({ explore }) => explore)];
  const charts = html.some((each) => each?.includes('<figure class="explore">'));
  return toHtml(document, { ...parts, scripts: charts ? [vega, page] : [page] });
}
