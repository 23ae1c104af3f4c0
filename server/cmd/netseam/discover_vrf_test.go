package main_test

import (
	"bytes"
	"encoding/json"
	"testing"

	main "github.com/netseam/netseam/server/cmd/netseam"
	"github.com/netseam/netseam/test/netsim/snmpagent"
	"github.com/netseam/netseam/test/netsim/snmpagent/agenttest"
)

// What a VRF's context says is printed with the VRF.
func TestDiscoverTellsVRFs(t *testing.T) {
	row := func(oid string, v snmpagent.Value) snmpagent.Row {
		return snmpagent.Row{OID: snmpagent.MustOID(oid), Value: v}
	}
	agent := agenttest.Start(t, snmpagent.Config{Views: map[string]snmpagent.View{
		"public": snmpagent.NewRows([]snmpagent.Row{
			row("1.3.6.1.2.1.1.2.0", snmpagent.ObjectID(snmpagent.MustOID("1.3.6.1.4.1.2636.1.1"))),
			row("1.3.6.1.2.1.1.5.0", snmpagent.Text("r1")),
			row("1.3.6.1.2.1.10.166.11.1.2.2.1.6.3.114.101.100", snmpagent.Integer(1)),
		}),
		"red@public": snmpagent.NewRows([]snmpagent.Row{
			row("1.3.6.1.2.1.4.22.1.2.7.10.0.0.9", snmpagent.Octets([]byte{2, 0, 0, 0, 0, 9})),
			row("1.3.6.1.2.1.15.3.1.2.10.0.0.8", snmpagent.Integer(6)),
			row("1.3.6.1.2.1.15.3.1.9.10.0.0.8", snmpagent.Integer(65002)),
		}),
	}})
	var out, log bytes.Buffer
	root := main.NewRoot(&out, &log)
	root.SetArgs([]string{"discover", "--json", "--community", "public", agent.Addr().String()})
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	type found struct {
		VRF  string `json:"vrf"`
		IP   string `json:"ip"`
		Peer string `json:"peer"`
	}
	var got struct {
		ARP []found `json:"arp"`
		BGP []found `json:"bgp"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.ARP) != 1 || got.ARP[0] != (found{VRF: "red", IP: "10.0.0.9"}) {
		t.Errorf("arp is %+v", got.ARP)
	}
	if len(got.BGP) != 1 || got.BGP[0] != (found{VRF: "red", Peer: "10.0.0.8"}) {
		t.Errorf("bgp is %+v", got.BGP)
	}
}
