/** A flow graph as a picture, laid out by Graphviz. The same graph gives the same bytes. */
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { type Viz, instance } from "@viz-js/viz";
import { KaliumError } from "../../base/errors.ts";
import type { EventIdentity, EventName } from "../core/event.ts";
import { endOfFlow } from "../core/flow-graph.ts";
import type { GraphPolicy } from "../core/policy.ts";
import { hashesOf } from "./node-names.ts";

export interface DrawnGraph {
  readonly svg: string;
  /** 144 dots per inch, with the project's font. */
  readonly png: () => Uint8Array;
}

/** Widths of letters are a fixed share of the size, so the layout holds with any font of the list. */
const layoutFont = "Courier";
const fonts = "DejaVu Sans Mono, Menlo, Consolas, Courier New, monospace";
const fontFile = createRequire(import.meta.url).resolve("dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf");

/** Light, and of different lightness in grey. */
const fills: Readonly<Record<EventName, string>> = {
  GETE: "#c6dbef",
  SEND: "#fdd9b5",
  RESP: "#e5f5e0",
  ENDE: "#dddddd",
};

/** Beyond this Graphviz takes minutes and the picture shows nothing. */
const most = { nodes: 400, edges: 2000 };

/** @throws {KaliumError} E_POLICY for a graph that is too large to be seen */
export async function drawGraph(policy: GraphPolicy, title: string): Promise<DrawnGraph> {
  const { nodes, successors } = policy.graph;
  const edges = successors.flat().length;
  if (nodes.length > most.nodes || edges > most.edges) {
    throw new KaliumError("E_POLICY", `a graph of ${nodes.length} nodes and ${edges} edges is too large to draw`, {
      hint: "Draw the graph of one function, or look at it with `npm run policy -- check`",
    });
  }
  const viz: Viz = await instance();
  const drawn = viz.renderString(
    {
      graphAttributes: {
        label: `${verbatim(title)}\ndouble border: a flow may end here; ×n: taken n times at most, else once`,
        labelloc: "b",
        fontname: layoutFont,
        fontsize: 9,
        nodesep: 0.25,
        ranksep: 0.35,
      },
      nodeAttributes: {
        shape: "box",
        style: "rounded,filled",
        fontname: layoutFont,
        fontsize: 10,
        margin: "0.12,0.06",
      },
      edgeAttributes: { arrowsize: 0.6, color: "#444444" },
      nodes: nodesOf(policy),
      edges: edgesOf(policy),
    },
    { format: "svg" },
  );
  const svg = drawn.replaceAll(/font-family="Courier[^"]*"/g, `font-family="${fonts}"`);
  return { svg, png: () => toPng(svg) };
}

function nodesOf(policy: GraphPolicy) {
  const { nodes, successors, terminals, mayBeEmpty } = policy.graph;
  const reached = new Set(successors.flat());
  const shared = new Set([...policy.events.values()].map((event) => event.function)).size === 1;
  return nodes.flatMap(({ id, count }, index) => {
    const name = String(index);
    const hashes = hashesOf(policy, id);
    if (hashes.length === 0 && count === 0) {
      if (index > 0 && !reached.has(index)) return []; // a learnt graph's last node, which nothing reaches
      const start = { shape: "circle", label: "", width: 0.15, fillcolor: "#000000", style: "filled" };
      return [{ name, attributes: { ...start, peripheries: mayBeEmpty && index === 0 ? 2 : 1 } }];
    }
    const events = hashes.map((hash) => policy.events.get(hash));
    const [first] = events;
    const texts = events.map((event, at) => (event === undefined ? `hash ${hashes[at]}` : eventLines(event, shared)));
    return [
      {
        name,
        attributes: {
          label: verbatim(`${texts.length === 0 ? `id ${id}` : texts.join("\n")}${count === 1 ? "" : `  ×${count}`}`),
          fillcolor: first === undefined ? "#ffffff" : fills[first.name],
          peripheries: terminals.includes(index) ? 2 : 1,
        },
      },
    ];
  });
}

/** Two lines; without the function where all events are of one, without the method where the protocol has none. */
const eventLines = ({ function: of, name, url, method }: EventIdentity, shared: boolean): string =>
  `${shared ? name : `${of} ${name}`}\n${method === "0" ? url : `${method} ${url}`}`;

/** Graphviz takes a backslash and an ampersand for the beginnings of escapes. */
const verbatim = (label: string): string => label.replaceAll("\\", "\\\\").replaceAll("&", "&amp;");

const edgesOf = ({ graph }: GraphPolicy) =>
  graph.successors.flatMap((targets, from) =>
    [...new Set(targets)]
      .filter((to) => to !== endOfFlow)
      .map((to) => ({ tail: String(from), head: String(to), attributes: {} })),
  );

function toPng(svg: string): Uint8Array {
  const font = { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: "DejaVu Sans Mono" };
  return new Resvg(svg, { font, fitTo: { mode: "zoom", value: 2 }, background: "white" }).render().asPng();
}
