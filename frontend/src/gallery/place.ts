import { Kind, Role } from "../state/words";
import type { Model, ModelVertex } from "./model";

/** A box that is no vertex. */
export type PlacedFurniture = Placed & { role: number; of: number; number: number; text: string };

export type Placed = {
  id: number;
  channel: string;
  frame: number;
  x: number;
  y: number;
  w: number;
  h: number;
};

type Extent = { readonly w: number; readonly h: number };

// The measures of server/layout, so that what is drawn here looks as it will.
// The rest of that layout (slots, capacities, tiers by cabling) is not needed.
const gap = 12;
const header = 88;
const plateHead = 30;
const port = { w: 30, h: 18 };
const segment = { w: 96, h: 36 };
const pod = 16;
const podStep = 20;
const podColumns = 8;
const nicHeight = 18;
const cardHead = 22;
const chip = { w: 104, h: 20 };
const seam = 120;
const spacing = 80;

/** Places a made-up world much as the server's layout does. */
export function placeWorld(model: Model): Placed[] {
  const placed: Placed[] = [];
  let x = 0;
  let bottom = 0;
  for (const site of model.childrenOf(0, Kind.site)) {
    const extent = placeSite(model, site, placed);
    placed.push({ id: site.id, channel: "overview", frame: 0, x, y: 0, ...extent });
    x += extent.w + spacing;
    bottom = Math.max(bottom, extent.h + spacing);
  }
  x = 0;
  for (const cluster of model.childrenOf(0, Kind.cluster)) {
    const extent = placeCluster(model, cluster, placed);
    placed.push({ id: cluster.id, channel: "overview", frame: 0, x, y: bottom, ...extent });
    x += extent.w + spacing;
  }
  return placed;
}

function placeSite(model: Model, site: ModelVertex, placed: Placed[]): Extent {
  const channel = `site:v${site.id}`;
  const devices = model.childrenOf(site.id, Kind.device);
  const tier = (which: RegExp) => devices.filter(({ name }) => which.test(name));
  const known = /border|spine|leaf/;
  const rows = [
    devices.filter(({ name }) => !known.test(name)),
    tier(/border/),
    tier(/spine/),
    tier(/leaf/),
  ]
    .filter((row) => row.length > 0)
    .map((row) =>
      row.map((device) => ({ device, extent: placeDevice(model, device, channel, placed) })),
    );
  const widthOf = (row: (typeof rows)[number]): number =>
    row.reduce((sum, { extent }) => sum + extent.w + 2 * gap, gap);
  const width = Math.max(200, ...rows.map(widthOf));
  let y = header;
  for (const row of rows) {
    let x = gap + Math.trunc((width - widthOf(row)) / 2);
    for (const { device, extent } of row) {
      placed.push({ id: device.id, channel, frame: site.id, x, y, ...extent });
      x += extent.w + 2 * gap;
    }
    y += Math.max(...row.map(({ extent }) => extent.h)) + 4 * gap;
  }
  model.childrenOf(site.id, Kind.segment).forEach(({ id }, i) => {
    placed.push({ id, channel, frame: site.id, x: gap + i * (segment.w + gap), y, ...segment });
  });
  const clusters = model.childrenOf(site.id, Kind.cluster);
  const top = y + seam;
  let x = gap;
  let height = 0;
  for (const cluster of clusters) {
    const extent = placeCluster(model, cluster, placed);
    placed.push({ id: cluster.id, channel: "overview", frame: site.id, x, y: top, ...extent });
    x += extent.w + 2 * gap;
    height = Math.max(height, extent.h);
  }
  const below = clusters.length === 0 ? y + 2 * gap : top + height + gap;
  return { w: stepped(Math.max(width, x) + 2 * gap, 200), h: stepped(below, 100) };
}

function placeDevice(model: Model, device: ModelVertex, channel: string, placed: Placed[]): Extent {
  const ports = model.childrenOf(device.id, Kind.port);
  ports.forEach(({ id }, i) => {
    const x = gap + Math.floor(i / 2) * (port.w + 2);
    placed.push({
      id,
      channel,
      frame: device.id,
      x,
      y: plateHead + (i % 2) * (port.h + 2),
      ...port,
    });
  });
  const columns = doubled(Math.ceil(ports.length / 2), 2);
  return {
    w: Math.max(2 * gap + columns * (port.w + 2), 120),
    h: plateHead + 2 * (port.h + 2) + gap / 2,
  };
}

function placeCluster(model: Model, cluster: ModelVertex, placed: Placed[]): Extent {
  const channel = `cluster:v${cluster.id}`;
  const nodes = model.childrenOf(cluster.id, Kind.node);
  const most = Math.max(0, ...nodes.map(({ id }) => model.childrenOf(id, Kind.pod).length));
  const card = {
    w: 2 * gap + podColumns * podStep,
    h: nicHeight + cardHead + (doubled(most, 16) / podColumns) * podStep + gap,
  };
  const capacity = doubled(nodes.length, 4);
  const columns = capacity <= 4 ? 4 : capacity <= 16 ? 8 : 16;
  nodes.forEach((node, i) => {
    const x = gap + (i % columns) * (card.w + gap);
    const y = header + Math.floor(i / columns) * (card.h + gap);
    placed.push({ id: node.id, channel, frame: cluster.id, x, y, ...card });
    placeNode(model, node, channel, card, placed);
  });
  const width = columns * (card.w + gap) + gap;
  let y = header + Math.ceil(nodes.length / columns) * (card.h + gap);
  y += placeTray(model.childrenOf(cluster.id, Kind.pod), cluster, y, width, placed);
  y += placeShelf(model, cluster, y, width, placed);
  return { w: width, h: stepped(y, 40) };
}

function placeNode(
  model: Model,
  node: ModelVertex,
  channel: string,
  card: Extent,
  placed: Placed[],
): void {
  const nics = model.childrenOf(node.id, Kind.nic);
  const w = (card.w - 2 * gap) / Math.max(2, nics.length);
  nics.forEach(({ id }, i) => {
    placed.push({ id, channel, frame: node.id, x: gap + i * w, y: 0, w: w - 4, h: nicHeight });
  });
  model.childrenOf(node.id, Kind.pod).forEach(({ id }, i) => {
    const x = gap + (i % podColumns) * podStep;
    const y = nicHeight + cardHead + Math.floor(i / podColumns) * podStep;
    placed.push({ id, channel, frame: node.id, x, y, w: pod, h: pod });
  });
}

function placeTray(
  loose: readonly ModelVertex[],
  cluster: ModelVertex,
  top: number,
  width: number,
  placed: Placed[],
): number {
  if (loose.length === 0) return 0;
  const columns = Math.floor((width - 2 * gap) / podStep);
  const channel = `cluster:v${cluster.id}`;
  const height = cardHead + Math.ceil(loose.length / columns) * podStep;
  const at = { channel, frame: cluster.id, x: gap / 2, y: top, w: width - gap, h: height };
  placed.push(piece(Role.tray, cluster.id, at));
  loose.forEach(({ id }, i) => {
    const x = gap + (i % columns) * podStep;
    const y = top + cardHead + Math.floor(i / columns) * podStep;
    placed.push({ id, channel, frame: cluster.id, x, y, w: pod, h: pod });
  });
  return height + gap;
}

function placeShelf(
  model: Model,
  cluster: ModelVertex,
  top: number,
  width: number,
  placed: Placed[],
): number {
  const channel = `cluster:v${cluster.id}`;
  const w = 2 * chip.w + 3 * gap;
  const columns = Math.max(1, Math.floor((width - gap) / (w + gap)));
  let y = gap;
  let rowHeight = 0;
  model.childrenOf(cluster.id, Kind.namespace).forEach((namespace, i) => {
    if (i > 0 && i % columns === 0) {
      y += rowHeight + gap;
      rowHeight = 0;
    }
    const lists = [Kind.workload, Kind.service].map((kind) => model.childrenOf(namespace.id, kind));
    const rows = doubled(Math.max(...lists.map(({ length }) => length)), 2);
    const h = cardHead + rows * (chip.h + 4) + gap / 2;
    const x = gap + (i % columns) * (w + gap);
    placed.push({ id: namespace.id, channel, frame: cluster.id, x, y: top + y, w, h });
    lists.forEach((list, column) => {
      list.forEach(({ id }, row) => {
        const place = { x: gap + column * (chip.w + gap), y: cardHead + row * (chip.h + 4) };
        placed.push({ id, channel, frame: namespace.id, ...place, ...chip });
      });
    });
    rowHeight = Math.max(rowHeight, h);
  });
  return y + rowHeight + gap;
}

/** Furniture of a vertex; of each role one. */
function piece(
  role: number,
  of: number,
  at: Omit<Placed, "id">,
  text = "",
  number = 0,
): PlacedFurniture {
  return { id: 2 ** 52 + of * 4096 + role, role, of, number, text, ...at };
}

function doubled(count: number, least: number): number {
  let capacity = least;
  while (capacity < count) capacity *= 2;
  return capacity;
}

function stepped(length: number, step: number): number {
  return Math.ceil(length / step) * step;
}
