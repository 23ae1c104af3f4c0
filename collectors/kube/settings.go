package kube

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/netseam/netseam/collectors/kube/expose"
)

// tableSettings is the scope of the few config maps that say how the cluster's
// network is set up. They are asked for by name; no other is ever read.
const tableSettings = "configmaps"

func (s *session) pollSettings(ctx context.Context) error {
	return s.poll(ctx, s.settings, s.cfg.Timing.Settings, s.lookAtSettings)
}

// settingsMaps are the config maps that are read, and what they say.
func settingsMaps() map[string]func(map[string]string) []expose.Fact {
	return map[string]func(map[string]string) []expose.Fact{"kube-proxy": kubeProxySettings, "cilium-config": ciliumSettings}
}

func (s *session) lookAtSettings(ctx context.Context) error {
	c := s.current.Load()
	found := map[string][]expose.Fact{}
	for name, read := range settingsMaps() {
		m := new(corev1.ConfigMap)
		path := "/api/v1/namespaces/" + metav1.NamespaceSystem + "/configmaps/" + url.PathEscape(name)
		err := c.get(ctx, path, "configmaps/"+name, m)
		switch {
		case err == nil:
			found[name] = read(m.Data)
		case apierrors.IsNotFound(err):
		default:
			return err
		}
	}
	s.exposer.begin(tableSettings)
	for name, facts := range found {
		res := result{key: "configmap/" + name, facts: facts}
		s.exposer.put(tableSettings, &res)
	}
	s.exposer.end(tableSettings)
	return nil
}

// kubeProxySettings says in which mode kube-proxy works.
func kubeProxySettings(data map[string]string) []expose.Fact {
	const object = "ConfigMap kube-system/kube-proxy"
	var c struct {
		Mode string `json:"mode"`
		IPVS struct {
			StrictARP bool `json:"strictARP"`
		} `json:"ipvs"`
	}
	if yaml.Unmarshal([]byte(data["config.conf"]), &c) != nil {
		return []expose.Fact{&expose.Setting{Key: "kube_proxy_mode", Value: "unknown: config.conf cannot be read", Object: object}}
	}
	mode := orElse(c.Mode, "iptables by default")
	facts := []expose.Fact{&expose.Setting{Key: "kube_proxy_mode", Value: short(mode), Object: object}}
	if c.Mode == "ipvs" && !c.IPVS.StrictARP {
		facts = append(facts, &expose.Setting{
			Key: attrWarning, Value: "kube-proxy in mode ipvs without strictARP: every node answers ARP for every address", Object: object,
		})
	}
	return facts
}

// ciliumSettings says how Cilium is set up.
func ciliumSettings(data map[string]string) []expose.Fact {
	const object = "ConfigMap kube-system/cilium-config"
	var facts []expose.Fact
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, &expose.Setting{Key: key, Value: short(value), Object: object})
		}
	}
	on := func(key string) bool {
		set, err := strconv.ParseBool(data[key])
		return err == nil && set
	}
	add(attrCNI, expose.MakerCilium)
	mode := data["routing-mode"]
	if mode == "tunnel" || mode == "" {
		mode = orElse(data["tunnel-protocol"], orElse(data["tunnel"], "vxlan"))
	}
	add(attrCNIMode, mode)
	switch {
	case on("enable-wireguard"):
		add(attrEncryption, "WireGuard")
	case on("enable-ipsec"):
		add(attrEncryption, "IPsec")
	}
	if kpr := data["kube-proxy-replacement"]; kpr == "true" || kpr == "strict" {
		add("kube_proxy_mode", "none: Cilium's eBPF")
	}
	add(attrMTU, data["mtu"])
	if name := data["cluster-name"]; name != "" && name != "default" {
		add("mesh_cluster", fmt.Sprintf("%s (ID %s)", name, orElse(data["cluster-id"], "0")))
		m := &expose.Mesh{Name: name, By: "ClusterMesh", Unshared: data["clustermesh-default-global-namespace"] == "false"}
		if id := data["cluster-id"]; id != "0" {
			m.ID = short(id)
		}
		facts = append(facts, m)
	}
	return facts
}
