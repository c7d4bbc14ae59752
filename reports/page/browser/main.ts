/** What the report does in a browser. Without it, or without scripts, all content is there. */
import type { ChartData } from "../chart-data.ts";
import { startChart } from "./chart.ts";
import { followAddress } from "./open-section.ts";
import { startTables } from "./tables.ts";

const figure = document.querySelector<HTMLElement>("figure.explore");
const data = document.getElementById("chart-data")?.textContent;
if (figure !== null && data !== undefined) startChart(figure, JSON.parse(data) as ChartData);
startTables();
followAddress();
