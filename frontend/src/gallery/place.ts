import { Kind } from "../state/words";
import type { Model, ModelVertex } from "./model";

export type Placed = {
  id: number;
  channel: string;
  frame: number;
  x: number;
  y: number;
  w: number;
  h: number;
};

/**
 * Places a made-up world the way the server's layout does, in plain grids. It
 * is not that layout: only near enough to draw and test with.
 */
export function placeWorld(model: Model): Placed[] {
  const placed: Placed[] = [];
  let x = 0;
  for (const site of [...model.vertices.values()].filter((v) => v.kind === Kind.site)) {
    const { w, h } = placeSite(model, site, placed);
    placed.push({ id: site.id, channel: "overview", frame: 0, x, y: 0, w, h });
    x += w + 200;
  }
  return placed;
}

type Extent = { w: number; h: number };

function placeSite(model: Model, site: ModelVertex, placed: Placed[]): Extent {
  const devices = model.childrenOf(site.id, Kind.device);
  const tier = (word: string) => devices.filter((d) => d.name.includes(word));
  const rest = devices.filter((d) => !/border|spine|leaf/.test(d.name));
  let y = 80;
  let width = 0;
  const clusters = model.childrenOf(site.id, Kind.cluster).map((cluster) => {
    const extent = placeCluster(model, cluster, placed);
    return { cluster, extent };
  });
  const clusterWidth = clusters.reduce((sum, { extent }) => sum + extent.w + 60, -60);
  for (const row of [rest, tier("border"), tier("spine"), tier("leaf")]) {
    const extents = row.map((device) => placeDevice(model, device, placed));
    const rowWidth = extents.reduce((sum, { w }) => sum + w + 40, -40);
    width = Math.max(width, rowWidth, clusterWidth);
    let x = 40 + (width - rowWidth) / 2;
    row.forEach((device, i) => {
      const extent = extents[i] ?? { w: 0, h: 0 };
      placed.push({ id: device.id, channel: `site:v${site.id}`, frame: site.id, x, y, ...extent });
      x += extent.w + 40;
    });
    if (row.length > 0) y += Math.max(...extents.map(({ h }) => h)) + 70;
  }
  y += 60;
  let x = 40;
  let height = 0;
  for (const { cluster, extent } of clusters) {
    placed.push({ id: cluster.id, channel: "overview", frame: site.id, x, y, ...extent });
    x += extent.w + 60;
    height = Math.max(height, extent.h);
  }
  return { w: Math.max(width, clusterWidth) + 80, h: y + height + 40 };
}

function placeDevice(model: Model, device: ModelVertex, placed: Placed[]): Extent {
  const ports = model.childrenOf(device.id, Kind.port);
  const columns = Math.max(6, Math.ceil(ports.length / 2));
  ports.forEach((port, i) => {
    const channel = model.home.get(port.id) ?? "";
    placed.push({
      id: port.id,
      channel,
      frame: device.id,
      x: 6 + Math.floor(i / 2) * 20,
      y: 26 + (i % 2) * 20,
      w: 18,
      h: 18,
    });
  });
  return { w: 10 + columns * 20, h: 70 };
}

const podsAcross = 6;
const nodeWidth = podsAcross * 20 + 10;
const nodeHeight = 120;

function placeCluster(model: Model, cluster: ModelVertex, placed: Placed[]): Extent {
  const channel = `cluster:v${cluster.id}`;
  const nodes = model.childrenOf(cluster.id, Kind.node);
  const across = Math.max(4, Math.ceil(Math.sqrt(nodes.length * 2)));
  nodes.forEach((node, i) => {
    const x = 20 + (i % across) * (nodeWidth + 16);
    const y = 60 + Math.floor(i / across) * (nodeHeight + 16);
    placed.push({ id: node.id, channel, frame: cluster.id, x, y, w: nodeWidth, h: nodeHeight });
    placeNode(model, node, channel, placed);
  });
  const width = 40 + across * (nodeWidth + 16) - 16;
  const shelf = 60 + Math.ceil(nodes.length / across) * (nodeHeight + 16) + 20;
  let x = 20;
  const namespaces = model.childrenOf(cluster.id, Kind.namespace);
  const each = (width - 40 - (namespaces.length - 1) * 16) / Math.max(1, namespaces.length);
  for (const namespace of namespaces) {
    placed.push({ id: namespace.id, channel, frame: cluster.id, x, y: shelf, w: each, h: 110 });
    placeNamespace(model, namespace, channel, each, placed);
    x += each + 16;
  }
  return { w: width, h: shelf + 130 };
}

function placeNode(model: Model, node: ModelVertex, channel: string, placed: Placed[]): void {
  model.childrenOf(node.id, Kind.nic).forEach((nic, i) => {
    placed.push({ id: nic.id, channel, frame: node.id, x: 8 + i * 40, y: 0, w: 34, h: 14 });
  });
  model.childrenOf(node.id, Kind.pod).forEach((pod, i) => {
    const x = 6 + (i % podsAcross) * 20;
    const y = 44 + Math.floor(i / podsAcross) * 20;
    placed.push({ id: pod.id, channel, frame: node.id, x, y, w: 17, h: 17 });
  });
}

function placeNamespace(
  model: Model,
  namespace: ModelVertex,
  channel: string,
  width: number,
  placed: Placed[],
): void {
  const across = 3;
  const each = (width - 16 - (across - 1) * 6) / across;
  [Kind.workload, Kind.service].forEach((kind, row) => {
    model.childrenOf(namespace.id, kind).forEach((item, i) => {
      const x = 8 + (i % across) * (each + 6);
      const y = 26 + row * 42 + Math.floor(i / across) * 20;
      placed.push({ id: item.id, channel, frame: namespace.id, x, y, w: each, h: 18 });
    });
  });
}
