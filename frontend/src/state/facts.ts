import type { RestVertex } from "../api/rest";
import { attrWords, speedText } from "./attr-words";
import { Kind } from "./words";

type Attr = RestVertex["attrs"][number];

/** What people want to know of a thing, made of one attribute or of several that belong together. */
export type Fact = {
  readonly name: string;
  /** One or more; the first is what counts where sources disagree. */
  readonly values: readonly string[];
};

/** The values of an attribute: the first counts, unless the key is one that repeats. */
type Get = (key: string) => readonly string[];
type Recipe = readonly [name: string, make: (get: Get) => readonly string[]];

/** The facts of a vertex, the most wanted first; undefined for kinds of which all attributes are facts. */
export function factsOf(kind: number, attrs: readonly Attr[]): readonly Fact[] | undefined {
  const recipes = recipesOf(kind);
  if (recipes === undefined) return undefined;
  const get: Get = (key) => attrs.filter((attr) => attr.key === key).map(({ value }) => value);
  const facts = recipes.map(([name, make]) => ({ name, values: make(get) }));
  return [...facts, ...measured(attrs)].filter(({ values }) => values.length > 0);
}

function recipesOf(kind: number): readonly Recipe[] | undefined {
  if (kind === Kind.port || kind === Kind.lag) return ofPort;
  if (kind === Kind.device) return ofDevice;
  // What they say is told in words above.
  if (kind === Kind.vip || kind === Kind.pool) return [];
  return undefined;
}

const plain = (name: string, key: string): Recipe => [name, (get) => get(key)];

const ofPort: readonly Recipe[] = [
  ["link", linkText],
  ["speed", speedAndDuplex],
  [
    "MTU",
    (get) =>
      get("mtu")
        .slice(0, 1)
        .map((mtu) => `${mtu} bytes`),
  ],
  ["VLANs", vlanText],
  ["VRF", (get) => get("vrf")],
  [
    "spanning tree",
    (get) =>
      get("stp")
        .slice(0, 1)
        .map((state) => stp[state] ?? state),
  ],
  ["LACP partner", partnerText],
  plain("one bundle with", "mlag"),
  plain("description", "description"),
  plain("MAC", "mac"),
];

const ofDevice: readonly Recipe[] = [
  plain("model", "model"),
  plain("serial number", "serial"),
  plain("description", "description"),
  plain("address", "address"),
  plain("location", "location"),
  plain("contact", "contact"),
  plain("chassis ID", "chassis_id"),
  ["AS", (get) => get("as")],
  plain("router ID", "router_id"),
  plain("IS-IS system", "system_id"),
  ["spanning tree root", (get) => get("stp_root").slice(0, 1)],
  ["VLANs", (get) => get("vlan")],
  plain("default route", "default_route"),
  ["addresses on interfaces", (get) => get("prefix").map(prefixText)],
  ["known from", (get) => (get("unmanaged").includes("true") ? ["its neighbours alone"] : [])],
];

const stp: Readonly<Record<string, string>> = {
  forwarding: "forwarding",
  blocking: "blocking: no traffic passes, to avoid a loop",
  listening: "listening: no traffic passes yet",
  learning: "learning: no traffic passes yet",
  disabled: "off on this port",
  broken: "broken: the switch says that something is wrong",
};

function linkText(get: Get): readonly string[] {
  const [admin = "", oper = ""] = [get("admin")[0], get("oper")[0]];
  if (admin === "" && oper === "") return [];
  if (admin === "down") return ["switched off"];
  const reason = get("reason").find((text) => !text.includes(oper));
  const why = reason === undefined ? "" : ` (${reason})`;
  if (oper === "down") return [`down, though switched on${why}`];
  return [`${oper || admin}${why}`];
}

function speedAndDuplex(get: Get): readonly string[] {
  const speed = speedText(Number(get("speed")[0]));
  const duplex = get("duplex")[0];
  if (speed === undefined) return duplex === undefined ? [] : [`${duplex} duplex`];
  return [duplex === undefined ? speed : `${speed}, ${duplex} duplex`];
}

/** "untagged 10; tagged 20, 30-39": a set that is not told is unknown, not empty. */
function vlanText(get: Get): readonly string[] {
  const spaced = (list: string | undefined) => list?.replaceAll(",", ", ");
  const [all, untagged, pvid] = ["vlans", "untagged", "pvid"].map((key) => get(key)[0]);
  const bare = untagged ?? pvid;
  const parts = [
    ...(bare === undefined ? [] : [`untagged ${spaced(bare)}`]),
    ...(pvid === undefined || pvid === bare ? [] : [`what comes in untagged goes to ${pvid}`]),
  ];
  if (all === undefined)
    return parts.length === 0 ? [] : [`${parts.join("; ")}; which are tagged is not told`];
  const tagged = without(all, bare ?? "");
  return [[...parts, ...(tagged === "" ? [] : [`tagged ${spaced(tagged)}`])].join("; ")];
}

/** A list of numbers and ranges without those of another list that stand in it alone. */
function without(list: string, others: string): string {
  const out = new Set(others.split(","));
  return list
    .split(",")
    .filter((one) => !out.has(one))
    .join(",");
}

function partnerText(get: Get): readonly string[] {
  const [partner, key, port] = ["partner", "partner_key", "partner_port"].map((one) => get(one)[0]);
  if (partner === undefined) return [];
  const more = [
    ...(key === undefined ? [] : [`key ${key}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ];
  return [[partner, ...more].join(", ")];
}

/** "10.0.0.1/24 on Vlan10" of "10.0.0.1/24 - Vlan10". */
function prefixText(text: string): string {
  const [prefix = "", vrf = "-", ...rest] = text.split(" ");
  const port = rest.join(" ");
  return `${prefix}${port === "" ? "" : ` on ${port}`}${vrf === "-" || vrf === "" ? "" : `, VRF ${vrf}`}`;
}

/** What is measured: utilisation and rates, with their units. */
function measured(attrs: readonly Attr[]): readonly Fact[] {
  return attrs
    .filter(({ key }) => isMeasured(key))
    .map(({ key, value }) => {
      const words = attrWords(key, value);
      return { name: words.name, values: [words.value] };
    });
}

function isMeasured(key: string): boolean {
  return /utili[sz]ation|error|discard|_rate|_percent|_pps|_bps/.test(key);
}
