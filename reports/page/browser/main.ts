/** What the report does in a browser. Without it, or without scripts, all content is there. */
import { startChart } from "./chart.ts";
import { followAddress } from "./open-section.ts";
import { startTables } from "./tables.ts";
import { watchWideTables } from "./wide-tables.ts";

document.querySelectorAll<HTMLElement>("figure.explore").forEach(startChart);
startTables();
watchWideTables();
followAddress();
