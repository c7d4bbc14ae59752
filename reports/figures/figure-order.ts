import { recordedTitle, unprovenMark } from "../records/system-titles.ts";

/**
 * The 17 functions of Figure 8 in the artifact's order (its `scripts/compute_rel_graph_csv.py`), and the systems in
 * the order of their bars. `starred`: Valve proxies the function's network requests.
 */
export interface FigureFunction {
  readonly label: string;
  readonly starred: boolean;
  /** Of the user's application, which has an order of its own. */
  readonly application?: { readonly calls: readonly { readonly label: string }[] } | undefined;
}

const inOrder = (...labels: readonly string[]): readonly FigureFunction[] =>
  labels.map((text) => ({ label: text.replace("*", ""), starred: text.endsWith("*") }));

export const figureFunctions = inOrder(
  "microbenchmark*",
  "product-photos-receive*",
  "product-master-photos*",
  "product-master-request",
  "product-photos-assign",
  "product-photos-message",
  "product-photos-record",
  "product-photos-success",
  "product-photos-report",
  "product-purchase-authenticate",
  "product-purchase-getprice",
  "product-purchase-authorize-cc",
  "product-purchase-publish",
  "product-catalog-api-categories",
  "product-catalog-api-products",
  "product-catalog-builder-image",
  "product-catalog-builder-product",
);

export const axisLabel = ({ label, starred }: FigureFunction): string => (starred ? `${label}*` : label);

/**
 * Each function once: the 17 in the figure's order, or the calls of the user's application in its file's, then other
 * recorded ones in the order in which they appear.
 */
export function withFigureOrder(recorded: readonly FigureFunction[]): readonly FigureFunction[] {
  const calls = recorded.find(({ application }) => application !== undefined)?.application?.calls;
  const ordered = calls === undefined ? figureFunctions : inOrder(...calls.map(({ label }) => label));
  const byLabel = new Map(ordered.map((named) => [named.label, named]));
  for (const named of recorded) if (!byLabel.has(named.label)) byLabel.set(named.label, named);
  return [...byLabel.values()];
}

export interface SystemStyle {
  readonly title: string;
  readonly colour: string;
}

/**
 * Luminance falls from light to dark in the order of the bars, so grey print keeps them apart; the hues are Okabe &
 * Ito's (2008), which colour-blind readers can tell apart.
 */
const styles: Readonly<Record<string, SystemStyle>> = {
  native: { title: "native", colour: "#f3e9a0" },
  runc: { title: "runc", colour: "#8fcdf2" },
  "kalium-native": { title: "Kalium (embedded guard, native)", colour: "#ffd27f" },
  kalium: { title: "Kalium (embedded guard)", colour: "#e69f00" },
  "kalium-artifact": { title: "Kalium (artifact)", colour: "#c06c00" },
  "kalium-microbench": { title: "Kalium (artifact, measuring build)", colour: "#a8572a" },
  valve: { title: "Valve (gVisor)", colour: "#009e73" },
  trapeze: { title: "Trapeze (gVisor)", colour: "#74326a" },
  "trapeze-as-shipped": { title: "Trapeze as shipped (gVisor)", colour: "#3b1a3a" },
  gvisor: { title: "gVisor", colour: "#777777" },
  "gvisor-stock": { title: "gVisor (artifact's stock build)", colour: "#555555" },
};

/** Spare colours for systems this list does not know. */
const spare = ["#bbbbbb", "#0072b2", "#d55e00", "#444444"];

export const systemTitle = (name: string): string => {
  if (name.endsWith("-aa")) return `${systemTitle(name.slice(0, -3))} again (A/A)`;
  if (name.endsWith("-lean")) return `${systemTitle(name.slice(0, -5))}, lean workload`;
  return `${styles[name]?.title ?? titleOfUser(name)}${unprovenMark(name)}`;
};

/** Two bars never share a title. */
function titleOfUser(name: string): string {
  const title = recordedTitle(name) ?? name;
  return Object.values(styles).some((style) => style.title === title) ? `${title} (${name})` : title;
}

/** A title with its mark where the system does other work than the application's. */
export const markedTitle = (cell: { readonly system: string; readonly otherWork: unknown }): string =>
  `${systemTitle(cell.system)}${cell.otherWork === undefined ? "" : " †"}`;

/** Names in the order of their bars; unknown ones last. */
export function inBarOrder(names: Iterable<string>): readonly string[] {
  const order = Object.keys(styles);
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, "en", { numeric: true }));
}

export function systemColours(names: readonly string[]): readonly string[] {
  let unknown = 0;
  return names.map((name, index) => {
    const known = styles[name]?.colour;
    if (known !== undefined) return known;
    const place = unknown++;
    return place < spare.length ? (spare[index % spare.length] ?? "#bbbbbb") : furtherColour(place);
  });
}

/** No two alike, however many: hues by the golden angle, light and dark in turn. */
function furtherColour(place: number): string {
  const hue = (place * 137.508) % 360;
  const lightness = [0.6, 0.35, 0.75][place % 3] ?? 0.6;
  const channel = (shift: number): string => {
    const at = (shift + hue / 30) % 12;
    const value = lightness - 0.55 * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(at - 3, 9 - at, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/** Of lines: Figure 8's pale yellow is for bars, and would not show on white. */
export const lineColours = (names: readonly string[]): readonly string[] =>
  systemColours(names).map((colour) => (colour === "#f3e9a0" ? "#c9b400" : colour));
