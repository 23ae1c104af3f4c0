package kubeapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// protobufMagic begins everything that Kubernetes says in protobuf.
const protobufMagic = "k8s\x00"

// encoder writes the objects of a resource in the format of a client.
type encoder struct {
	format
	resource
}

func (e encoder) gvk() schema.GroupVersionKind {
	if e.partial {
		return metav1.SchemeGroupVersion.WithKind("PartialObjectMetadata")
	}
	return e.resource.gvk()
}

func (e encoder) listGVK() schema.GroupVersionKind {
	if e.partial {
		return metav1.SchemeGroupVersion.WithKind("PartialObjectMetadataList")
	}
	return e.resource.listGVK()
}

func typeMeta(gvk schema.GroupVersionKind) runtime.TypeMeta {
	version, kind := gvk.ToAPIVersionAndKind()
	return runtime.TypeMeta{APIVersion: version, Kind: kind}
}

// message is what of an object goes out in protobuf. What is left of an object
// without all but its metadata is a PartialObjectMetadata.
func (e encoder) message(raw []byte) ([]byte, error) {
	if !e.partial {
		return raw, nil
	}
	field, _, _, err := splitRaw(raw)
	return field, err
}

// object encodes one object, complete with its kind.
func (e encoder) object(raw []byte) ([]byte, error) {
	if !e.protobuf() {
		return e.text(raw, e.gvk())
	}
	message, err := e.message(raw)
	if err != nil {
		return nil, err
	}
	unknown := runtime.Unknown{TypeMeta: typeMeta(e.gvk()), Raw: message}
	out := make([]byte, len(protobufMagic)+unknown.Size())
	copy(out, protobufMagic)
	if _, err := unknown.MarshalToSizedBuffer(out[len(protobufMagic):]); err != nil {
		return nil, fmt.Errorf("encode %s: %w", e.kind, err)
	}
	return out, nil
}

// text encodes one object in a format other than protobuf; an empty kind is
// left out.
func (e encoder) text(raw []byte, gvk schema.GroupVersionKind) ([]byte, error) {
	var obj runtime.Object
	if e.partial {
		meta, err := metaOf(raw)
		if err != nil {
			return nil, err
		}
		obj = &metav1.PartialObjectMetadata{ObjectMeta: *meta}
	} else {
		var err error
		if obj, err = e.decode(raw); err != nil {
			return nil, err
		}
	}
	obj.GetObjectKind().SetGroupVersionKind(gvk)
	var out bytes.Buffer
	if err := e.info.Serializer.Encode(obj, &out); err != nil {
		return nil, fmt.Errorf("encode %s: %w", e.kind, err)
	}
	return out.Bytes(), nil
}

// list writes a list of objects, one at a time.
func (e encoder) list(w io.Writer, meta *metav1.ListMeta, entries []*entry) error {
	if e.protobuf() {
		return e.protobufList(w, meta, entries)
	}
	return e.jsonList(w, meta, entries)
}

// protobufList splices a list together: every list is a message with its
// metadata in field 1 and its items in field 2.
func (e encoder) protobufList(w io.Writer, meta *metav1.ListMeta, entries []*entry) error {
	const items protowire.Number = 2
	head, err := meta.Marshal()
	if err != nil {
		return fmt.Errorf("encode list metadata: %w", err)
	}
	head = append(protowire.AppendVarint(protowire.AppendTag(nil, metadataField, protowire.BytesType), uint64(len(head))), head...)
	size := len(head)
	for _, entry := range entries {
		message, err := e.message(entry.raw)
		if err != nil {
			return err
		}
		size += protowire.SizeTag(items) + protowire.SizeBytes(len(message))
	}
	if _, err := io.WriteString(w, protobufMagic); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	unknown := runtime.Unknown{TypeMeta: typeMeta(e.listGVK())}
	_, err = unknown.MarshalToWriter(w, size, func(w io.Writer) (int, error) {
		n, err := w.Write(head)
		var tag []byte
		for _, entry := range entries {
			if err != nil {
				break
			}
			message, splitErr := e.message(entry.raw)
			if splitErr != nil {
				return n, splitErr
			}
			tag = protowire.AppendVarint(protowire.AppendTag(tag[:0], items, protowire.BytesType), uint64(len(message)))
			var a, b int
			if a, err = w.Write(tag); err == nil {
				b, err = w.Write(message)
			}
			n += a + b
		}
		return n, err
	})
	if err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	return nil
}

func (e encoder) jsonList(w io.Writer, meta *metav1.ListMeta, entries []*entry) error {
	version, kind := e.listGVK().ToAPIVersionAndKind()
	head, err := json.Marshal(struct {
		metav1.TypeMeta

		Metadata *metav1.ListMeta `json:"metadata"`
	}{metav1.TypeMeta{APIVersion: version, Kind: kind}, meta})
	if err != nil {
		return fmt.Errorf("encode list metadata: %w", err)
	}
	// Items do not repeat their kind, but for those whose list has none.
	var gvk schema.GroupVersionKind
	if e.partial || e.custom {
		gvk = e.gvk()
	}
	parts := [][]byte{head[:len(head)-1], []byte(`,"items":[`)}
	for i, entry := range entries {
		item, err := e.text(entry.raw, gvk)
		if err != nil {
			return err
		}
		if i > 0 {
			parts = append(parts, []byte(","))
		}
		if err := writeParts(w, append(parts, bytes.TrimSpace(item))); err != nil {
			return err
		}
		parts = parts[:0]
	}
	return writeParts(w, append(parts, []byte("]}\n")))
}

func writeParts(w io.Writer, parts [][]byte) error {
	for _, part := range parts {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write list: %w", err)
		}
	}
	return nil
}
