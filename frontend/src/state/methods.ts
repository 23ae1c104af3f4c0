/** What the words of evidence mean, and what its confidence is made of. */

export type Method = { readonly words: string; readonly means: string };

const methods: Readonly<Record<string, Method>> = {
  "lldp-two-sided": {
    words: "both ends hear each other",
    means: "Each end of the cable hears the other by LLDP, on the very ports that they name.",
  },
  "lldp-one-sided": {
    words: "one end hears the other",
    means:
      "One end hears the other by LLDP. The other end says nothing: it is not asked, or does not listen.",
  },
  "lldp-mac": {
    words: "heard by MAC address",
    means: "The switch hears a host whose LLDP names a MAC address that this node's NIC has.",
  },
  "lldp-name": {
    words: "heard by name",
    means: "The switch hears a host whose LLDP system name is this node's.",
  },
  "lldp-address": {
    words: "heard by address",
    means: "The switch hears a host whose LLDP management address is this node's.",
  },
  neighbour: {
    words: "another neighbour protocol says so",
    means: "CDP, FDP or MNDP: what some makers' devices tell their neighbours in LLDP's place.",
  },
  stp: {
    words: "the spanning tree says so",
    means: "The port names the bridge and the port that lead to the root of the spanning tree.",
  },
  fdb: {
    words: "the MAC was learned there",
    means:
      "The switch has learned the machine's MAC on this port, and the port leads to no other switch.",
  },
  arp: {
    words: "the address's MAC was learned there",
    means:
      "A router's ARP table has the MAC of the machine's address, and the switch has learned that MAC on this port.",
  },
  bridges: {
    words: "MAC tables fit together",
    means:
      "Neither end speaks. Of all their ports, only on these two do the MACs that both have learned lie on opposite sides.",
  },
  routing: {
    words: "they speak a routing protocol",
    means:
      "One has a session with an address or identifier that is the other's: BGP, OSPF or IS-IS.",
  },
  object: { words: "an API object says so", means: "An object of the cluster's API names both." },
};

export function methodOf(name: string): Method {
  return methods[name] ?? { words: name, means: "" };
}

/** A step of the ladder: what is worth how much, and the server's names for it. */
export type Step = {
  readonly percent: number;
  readonly means: string;
  /** Constants of server/stitch and server/merge; methods.test.ts compares the figures. */
  readonly constants: readonly string[];
};

/** The steps of the ladder, the surest first. */
export const ladder: readonly Step[] = [
  { percent: 100, means: "an API object names both ends: nothing was concluded", constants: [] },
  {
    percent: 99,
    means: "both ends hear each other on the ports that they name",
    constants: ["confidencetwosided"],
  },
  {
    percent: 95,
    means:
      "heard by a MAC address or chassis ID, which only one machine has; or by one end alone; a router sends packets there",
    constants: ["confidencemac", "confidenceunmanaged", "confidenceforwards"],
  },
  {
    percent: 90,
    means:
      "heard by name: two machines could bear the same one; by another protocol than LLDP; a routing session with its address; BGP knows the way",
    constants: ["confidencename", "confidenceother", "confidencesession", "confidencepath"],
  },
  {
    percent: 85,
    means:
      "heard by management address, which may be an old one; by a router identifier; or its MAC was learned on the port",
    constants: ["confidenceaddress", "confidencerouterid", "confidencefdb"],
  },
  {
    percent: 80,
    means: "the two devices are sure; the far port was found by elimination",
    constants: ["confidencechassis"],
  },
  {
    percent: 75,
    means: "by way of an ARP table, or of MAC tables that fit together",
    constants: ["confidencearp", "confidencebridges"],
  },
  {
    percent: 60,
    means:
      "the two devices are sure; the far port is not known; or two clusters of a mesh both share the service",
    constants: ["confidencenoport", "confidenceshared"],
  },
  {
    percent: 45,
    means: "its MAC was learned there behind something else: the port has many",
    constants: ["confidencebehind"],
  },
];
