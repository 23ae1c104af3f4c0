// What grew between two heap snapshots, by what it is and by what holds it:
//
//   node --max-old-space-size=4096 test/bench/heap-diff.mjs two.heapsnapshot end.heapsnapshot
//
// Snapshots are those of browser.mjs --heaps, or of Chromium's developer tools.
import { readFileSync } from "node:fs";

/** How many steps of a way from the root are named. */
const steps = 6;

function load(path) {
  const { snapshot, nodes, edges, strings } = JSON.parse(readFileSync(path, "utf8"));
  const { node_fields, node_types, edge_fields, edge_types } = snapshot.meta;
  const at = (fields, name) => fields.indexOf(name);
  const width = node_fields.length;
  const count = nodes.length / width;
  const typeAt = at(node_fields, "type");
  const nameAt = at(node_fields, "name");
  const field = (node, offset) => nodes[node * width + offset];
  return {
    count,
    size: (node) => field(node, at(node_fields, "self_size")),
    edgeCount: (node) => field(node, at(node_fields, "edge_count")),
    kind: (node) => node_types[typeAt][field(node, typeAt)],
    /** What a node is called; the texts of texts and code do not tell them apart. */
    name(node) {
      const kind = this.kind(node);
      const free = kind === "string" || kind === "concatenated string" || kind === "sliced string" || kind === "number";
      return free ? `(${kind})` : `${kind === "object" ? "" : `${kind} `}${strings[field(node, nameAt)].slice(0, 60)}`;
    },
    edge(i) {
      const from = i * edge_fields.length;
      const kind = edge_types[0][edges[from]];
      const label = edges[from + at(edge_fields, "name_or_index")];
      const isIndex = kind === "element" || kind === "hidden";
      return { kind, label: isIndex ? "[]" : strings[label], to: edges[from + at(edge_fields, "to_node")] / width };
    },
  };
}

/** Of each node the way from the root on which it is found first, as text. */
function ways(heap) {
  const first = new Uint32Array(heap.count + 1);
  for (let node = 0; node < heap.count; node++) first[node + 1] = first[node] + heap.edgeCount(node);
  const way = new Array(heap.count);
  way[0] = "";
  const queue = [0];
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i];
    for (let e = first[node]; e < first[node + 1]; e++) {
      const { kind, label, to } = heap.edge(e);
      if (kind === "weak" || way[to] !== undefined) continue;
      const parts = [...way[node].split(" › "), `${label.slice(0, 40)}: ${heap.name(to)}`];
      way[to] = parts.slice(-steps).join(" › ");
      queue.push(to);
    }
  }
  return way;
}

function sums(heap, keyOf) {
  const sum = new Map();
  for (let node = 0; node < heap.count; node++) {
    const key = keyOf(node);
    const held = sum.get(key) ?? { count: 0, bytes: 0 };
    held.count++;
    held.bytes += heap.size(node);
    sum.set(key, held);
  }
  return sum;
}

function report(title, before, after) {
  const none = { count: 0, bytes: 0 };
  const rows = [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [was, is] = [before.get(key) ?? none, after.get(key) ?? none];
    return { key, bytes: is.bytes - was.bytes, count: is.count - was.count, is: is.bytes };
  });
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`\n${title}: ${total >= 0 ? "+" : ""}${total} bytes`);
  for (const { key, bytes, count, is } of rows.toSorted((p, q) => Math.abs(q.bytes) - Math.abs(p.bytes)).slice(0, 40))
    console.log(`${String(bytes).padStart(10)} B ${String(count).padStart(8)}  of ${String(is).padStart(10)} B  ${key}`);
}

const [before, after] = process.argv.slice(2, 4).map(load);
report("by what it is", ...[before, after].map((heap) => sums(heap, (node) => heap.name(node))));
report(
  "by what holds it",
  ...[before, after].map((heap) => {
    const way = ways(heap);
    return sums(heap, (node) => way[node] ?? "(unreachable)");
  }),
);
