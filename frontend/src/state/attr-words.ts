/** Attributes in words: sources say numbers where people say names. */
export function attrWords(
  key: string,
  value: string,
): { readonly name: string; readonly value: string } {
  return { name: names[key] ?? key.replaceAll("_", " "), value: inWords(key, value) };
}

const names: Readonly<Record<string, string>> = {
  admin: "set to",
  announcers: "announced by",
  announcers_why: "why nobody is said to announce it",
  as: "AS",
  base_port: "bridge port",
  chassis_id: "chassis ID",
  cluster_ips: "cluster IPs",
  eligible_nodes: "may be announced by",
  eligible_why: "by the rule of",
  external_addresses: "external addresses",
  descr: "interface",
  host_network: "host network",
  if_index: "interface index",
  if_type: "interface type",
  ip_mode: "IP mode",
  kube_proxy: "kube-proxy",
  kube_proxy_mode: "kube-proxy mode",
  lldp_port_id: "calls itself by LLDP",
  lost_since: "not heard since",
  mac: "MAC",
  macs: "MACs",
  oper: "link is",
  mlag: "one bundle with",
  mtu: "MTU",
  node_ports: "node ports",
  partner: "LACP partner",
  pvid: "VLAN of untagged frames",
  pod_cidrs: "pod networks",
  port: "switch port",
  port_why: "why unknown",
  provider_id: "provider ID",
  ready: "ready",
  router_id: "router ID",
  serial: "serial number",
  service_type: "type",
  stp: "spanning tree",
  sys_object_id: "sysObjectID",
  unmanaged: "known from",
  vlans: "VLANs",
  vrf: "VRF",
  workload_kind: "type",
};

/** IANAifType: those that switches and hosts have. */
const types: Readonly<Record<string, string>> = {
  1: "other",
  6: "Ethernet",
  24: "loopback",
  53: "virtual (internal)",
  131: "tunnel",
  135: "VLAN",
  136: "VLAN with addresses",
  161: "link aggregate",
  209: "bridge",
};

function inWords(key: string, value: string): string {
  if (key === "if_type") return types[value] === undefined ? `type ${value}` : `${types[value]}`;
  if (key === "speed") return speedText(Number(value)) ?? value;
  if (key === "unmanaged" && value === "true") return "its neighbours alone";
  if (key === "mtu") return `${value} bytes`;
  if (/utili[sz]ation|_percent$/.test(key) && isNumber(value)) return `${value} %`;
  if (/_bps$/.test(key)) return speedText(Number(value)) ?? value;
  if (/_rate$|_pps$|_per_second$/.test(key) && isNumber(value)) return `${value} /s`;
  if (value === "true") return "yes";
  return value;
}

function isNumber(text: string): boolean {
  return text !== "" && Number.isFinite(Number(text));
}

/** "25 Gbit/s" of bits per second. */
export function speedText(bits: number): string | undefined {
  if (!Number.isFinite(bits) || bits <= 0) return undefined;
  for (const [unit, size] of [
    ["Tbit/s", 1e12],
    ["Gbit/s", 1e9],
    ["Mbit/s", 1e6],
    ["kbit/s", 1e3],
  ] as const) {
    if (bits >= size) return `${Number((bits / size).toPrecision(4))} ${unit}`;
  }
  return `${bits} bit/s`;
}
