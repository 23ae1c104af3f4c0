package kubeapi

import (
	"fmt"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Every built-in object is a protobuf message whose field 1 is its metadata,
// and Marshal writes fields in order: so an object can be taken apart behind
// its metadata, and put together with other metadata, without decoding it.
const metadataField protowire.Number = 1

// splitRaw takes an encoded object apart: the field that holds its metadata,
// tag and length included, the metadata alone, and all that follows.
func splitRaw(raw []byte) (field, meta, rest []byte, err error) {
	num, typ, n := protowire.ConsumeTag(raw)
	if n < 0 {
		return nil, nil, nil, fmt.Errorf("object does not begin with a field: %w", protowire.ParseError(n))
	}
	if num != metadataField || typ != protowire.BytesType {
		return nil, nil, nil, fmt.Errorf("object begins with field %d, not with its metadata", num)
	}
	meta, m := protowire.ConsumeBytes(raw[n:])
	if m < 0 {
		return nil, nil, nil, fmt.Errorf("object's metadata: %w", protowire.ParseError(m))
	}
	return raw[:n+m], meta, raw[n+m:], nil
}

// joinRaw encodes an object from its metadata and what follows it.
func joinRaw(meta *metav1.ObjectMeta, rest []byte) ([]byte, error) {
	size := meta.Size()
	raw := make([]byte, 0, protowire.SizeTag(metadataField)+protowire.SizeBytes(size)+len(rest))
	raw = protowire.AppendTag(raw, metadataField, protowire.BytesType)
	raw = protowire.AppendVarint(raw, uint64(size))
	at := len(raw)
	raw = raw[:at+size]
	if _, err := meta.MarshalToSizedBuffer(raw[at:]); err != nil {
		return nil, fmt.Errorf("encode metadata: %w", err)
	}
	return append(raw, rest...), nil
}

// metaOf decodes the metadata of an encoded object.
func metaOf(raw []byte) (*metav1.ObjectMeta, error) {
	_, data, _, err := splitRaw(raw)
	if err != nil {
		return nil, err
	}
	meta := new(metav1.ObjectMeta)
	if err := meta.Unmarshal(data); err != nil {
		return nil, fmt.Errorf("decode metadata: %w", err)
	}
	return meta, nil
}

// withVersion is the encoded object with another resource version, as the
// event of its deletion carries it.
func withVersion(raw []byte, rv uint64) ([]byte, error) {
	_, data, rest, err := splitRaw(raw)
	if err != nil {
		return nil, err
	}
	meta := new(metav1.ObjectMeta)
	if err := meta.Unmarshal(data); err != nil {
		return nil, fmt.Errorf("decode metadata: %w", err)
	}
	meta.ResourceVersion = formatVersion(rv)
	return joinRaw(meta, rest)
}

// stringAt reads a string inside an encoded message by its field numbers, and
// is empty where a step of the way is missing. Where a field repeats the last
// one counts, as in protobuf.
func stringAt(raw []byte, path ...protowire.Number) string {
	for _, want := range path {
		var found []byte
		for len(raw) > 0 {
			num, typ, n := protowire.ConsumeTag(raw)
			if n < 0 {
				return ""
			}
			raw = raw[n:]
			m := protowire.ConsumeFieldValue(num, typ, raw)
			if m < 0 {
				return ""
			}
			if num == want && typ == protowire.BytesType {
				found, _ = protowire.ConsumeBytes(raw)
			}
			raw = raw[m:]
		}
		raw = found
	}
	return string(raw)
}

func formatVersion(rv uint64) string {
	return strconv.FormatUint(rv, 10)
}
