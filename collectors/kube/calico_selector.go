package kube

import (
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// calicoSelector reads a selector as Calico writes them, as far as Kubernetes
// has the like: all(), has(k), !has(k), k == "v", k != "v", k in {"v"}, k not
// in {"v"}, joined by &&. It says whether it could.
func calicoSelector(text string) (labels.Selector, bool) {
	out := labels.NewSelector()
	for term := range strings.SplitSeq(text, "&&") {
		term = strings.TrimSpace(term)
		if term == "all()" || term == "" && strings.TrimSpace(text) == "" {
			continue
		}
		r, ok := calicoTerm(term)
		if !ok {
			return nil, false
		}
		out = out.Add(*r)
	}
	return out, true
}

func calicoTerm(term string) (*labels.Requirement, bool) {
	if inner, ok := strings.CutSuffix(term, ")"); ok {
		if key, has := strings.CutPrefix(inner, "has("); has {
			return requirement(key, selection.Exists)
		}
		if key, lacks := strings.CutPrefix(strings.ReplaceAll(inner, " ", ""), "!has("); lacks {
			return requirement(key, selection.DoesNotExist)
		}
		return nil, false
	}
	for _, o := range []struct {
		word string
		op   selection.Operator
	}{{"==", selection.Equals}, {"!=", selection.NotEquals}} {
		if key, value, ok := strings.Cut(term, o.word); ok {
			value, ok = unquoted(value)
			if !ok {
				return nil, false
			}
			return requirement(key, o.op, value)
		}
	}
	list, ok := strings.CutSuffix(term, "}")
	key, list, is := strings.Cut(list, "{")
	if !ok || !is {
		return nil, false
	}
	op := selection.In
	if key, is = strings.CutSuffix(strings.TrimSpace(key), " in"); !is {
		return nil, false
	}
	if before, not := strings.CutSuffix(strings.TrimSpace(key), " not"); not {
		key, op = before, selection.NotIn
	}
	var values []string
	for v := range strings.SplitSeq(list, ",") {
		v, ok := unquoted(v)
		if !ok {
			return nil, false
		}
		values = append(values, v)
	}
	return requirement(key, op, values...)
}

func unquoted(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if len(text) < 2 || text[0] != text[len(text)-1] || text[0] != '\'' && text[0] != '"' {
		return "", false
	}
	inner := text[1 : len(text)-1]
	return inner, !strings.ContainsAny(inner, `'"`)
}

func requirement(key string, op selection.Operator, values ...string) (*labels.Requirement, bool) {
	r, err := labels.NewRequirement(strings.TrimSpace(key), op, values)
	return r, err == nil
}
