package kube

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/netseam/netseam/collectors/kube/expose"
)

// agentInfo is how an agent of Antrea says it is: in fields beside spec and
// status, which it does not have.
type agentInfo struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Version string `json:"version"`
	NodeRef struct {
		Name string `json:"name"`
	} `json:"nodeRef"`
	Conditions []struct {
		Type   string `json:"type"`
		Status string `json:"status"`
	} `json:"agentConditions"`
}

// DeepCopyObject implements runtime.Object; what is decoded is never modified.
func (a *agentInfo) DeepCopyObject() runtime.Object {
	out := *a
	return &out
}

type agentInfoList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata"`

	Items []agentInfo `json:"items"`
}

// DeepCopyObject implements runtime.Object.
func (l *agentInfoList) DeepCopyObject() runtime.Object {
	out := *l
	return &out
}

func antreaAgents() kind {
	return kind{
		GroupVersionResource: schema.GroupVersionResource{Group: "crd.antrea.io", Version: "v1beta1", Resource: "antreaagentinfos"},
		name:                 "AntreaAgentInfo", versions: []string{"v1beta1"}, custom: true, part: "how agents of Antrea are",
		newList:   func() runtime.Object { return new(agentInfoList) },
		newObject: func() runtime.Object { return new(agentInfo) },
		translate: plain((*translator).antreaAgent),
	}
}

// attrNetworkAgent is how the CNI's own agent on a node says it is.
const attrNetworkAgent = "network_agent"

// antreaAgent says of a node how the agent there is. Heartbeats are
// measurements.
func (t *translator) antreaAgent(o *agentInfo) result {
	node := orElse(o.NodeRef.Name, o.Name)
	words := []string{strings.TrimSpace("Antrea " + o.Version)}
	for _, c := range o.Conditions {
		if c.Status != "True" {
			words = append(words, c.Type+" is "+c.Status)
		}
	}
	if len(words) == 1 && len(o.Conditions) > 0 {
		words = append(words, "healthy")
	}
	var a attrs
	a.add(attrNetworkAgent, short(strings.Join(words, ", ")))
	key := "node/" + node + "#antrea"
	if strings.ContainsAny(node, "\n#>/") {
		return result{key: key, skipped: 1}
	}
	r := one(key, t.nodeMore(node, a))
	r.facts = []expose.Fact{&expose.Setting{Key: attrCNI, Value: expose.MakerAntrea, Object: "AntreaAgentInfo"}}
	return r
}
