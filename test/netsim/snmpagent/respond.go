package snmpagent

import (
	"errors"
	"math"

	"github.com/gosnmp/gosnmp"
)

// errNoAnswer says that a message gets no response at all.
var errNoAnswer = errors.New("message needs no response")

// responder answers one request from one view. It holds all the rules of the
// protocol and knows neither sockets nor clocks.
type responder struct {
	view    View
	faults  *Faults
	maxSize int
	request *gosnmp.SnmpPacket
	names   []OID
}

// respond works out the response to a decoded request, errNoAnswer if there is
// to be none.
func respond(request *gosnmp.SnmpPacket, view View, faults *Faults, maxSize int) (*gosnmp.SnmpPacket, error) {
	r := responder{view: view, faults: faults, maxSize: maxSize, request: request}
	if request.Version == gosnmp.Version1 {
		r.view = narrow{view}
	}
	for _, vb := range request.Variables {
		oid, err := ParseOID(vb.Name)
		if err != nil {
			return nil, err
		}
		r.names = append(r.names, oid)
	}
	switch request.PDUType { //nolint:exhaustive // What is no request gets no answer.
	case gosnmp.GetRequest, gosnmp.GetNextRequest:
		if faults.TooBig {
			return r.failure(gosnmp.TooBig, 0), nil
		}
		return r.each(), nil
	case gosnmp.GetBulkRequest:
		return r.bulk()
	case gosnmp.SetRequest:
		if request.Version == gosnmp.Version1 {
			return r.failure(gosnmp.NoSuchName, 1), nil
		}
		return r.failure(gosnmp.NotWritable, 1), nil
	default:
		return nil, errNoAnswer
	}
}

// each answers Get and GetNext: one binding for one asked.
func (r *responder) each() *gosnmp.SnmpPacket {
	out := make([]gosnmp.SnmpPDU, 0, len(r.names))
	size := 0
	for i, name := range r.names {
		oid, v := r.one(name)
		switch v.kind { //nolint:exhaustive // The values that are exceptions.
		case gosnmp.NoSuchObject, gosnmp.NoSuchInstance, gosnmp.EndOfMibView:
			if r.request.Version == gosnmp.Version1 {
				return r.failure(gosnmp.NoSuchName, i+1)
			}
		}
		size += varbindSize(oid, v)
		out = append(out, v.pdu(oid))
	}
	if !r.fits(size) {
		return r.failure(gosnmp.TooBig, 0)
	}
	return r.response(out)
}

func (r *responder) one(name OID) (OID, Value) {
	if r.request.PDUType == gosnmp.GetNextRequest {
		return r.next(name)
	}
	if v, ok := r.view.Get(name); ok {
		return name, v
	}
	return name, exception(r.absent(name))
}

// absent tells an object that is not there from an instance of it that is not.
func (r *responder) absent(name OID) gosnmp.Asn1BER {
	object := name[:len(name)-1]
	if next, _, ok := r.view.Next(object); ok && next.HasPrefix(object) {
		return gosnmp.NoSuchInstance
	}
	return gosnmp.NoSuchObject
}

func (r *responder) next(name OID) (OID, Value) {
	if oid, v, ok := r.view.Next(name); ok {
		return oid, v
	}
	return name, exception(gosnmp.EndOfMibView)
}

// bulk answers GetBulk (RFC 3416 §4.2.3): as many bindings as were asked for
// and fit.
func (r *responder) bulk() (*gosnmp.SnmpPacket, error) {
	f := r.faults
	switch {
	case r.request.Version == gosnmp.Version1:
		return nil, errNoAnswer
	case f.TooBig:
		return r.failure(gosnmp.TooBig, 0), nil
	case f.MaxRepetitions != 0 && r.request.MaxRepetitions > f.MaxRepetitions:
		if f.BulkError == gosnmp.NoError {
			return r.failure(gosnmp.GenErr, 0), nil
		}
		return r.failure(f.BulkError, 0), nil
	}
	maxRows := math.MaxInt
	if f.MaxRows > 0 {
		maxRows = f.MaxRows
	}
	out := filler{responder: r, maxRows: maxRows}
	once := min(int(r.request.NonRepeaters), len(r.names))
	for _, name := range r.names[:once] {
		out.add(r.next(name))
	}
	at := append([]OID(nil), r.names[once:]...)
	for range r.request.MaxRepetitions {
		if out.full || len(at) == 0 {
			break
		}
		ended := 0
		for i := range at {
			oid, v := r.next(at[i])
			if v.kind == gosnmp.EndOfMibView {
				ended++
			}
			out.add(oid, v)
			at[i] = oid
		}
		if ended == len(at) {
			break // The rest could only repeat it.
		}
	}
	if out.full && len(out.bindings) == 0 {
		return r.failure(gosnmp.TooBig, 0), nil
	}
	return r.response(out.bindings), nil
}

// filler collects bindings until the message is full.
type filler struct {
	*responder
	maxRows  int
	bindings []gosnmp.SnmpPDU
	size     int
	full     bool
}

func (f *filler) add(oid OID, v Value) {
	size := f.size + varbindSize(oid, v)
	if f.full = f.full || len(f.bindings) == f.maxRows || !f.fits(size); f.full {
		return
	}
	f.size = size
	f.bindings = append(f.bindings, v.pdu(oid))
}

// fits says whether bindings of that encoded size go into one message.
func (r *responder) fits(size int) bool {
	return messageSize(r.request.Community, size) <= r.maxSize
}

func (r *responder) response(bindings []gosnmp.SnmpPDU) *gosnmp.SnmpPacket {
	return &gosnmp.SnmpPacket{
		Version:   r.request.Version,
		Community: r.request.Community,
		PDUType:   gosnmp.GetResponse,
		RequestID: r.request.RequestID,
		Variables: bindings,
	}
}

// failure is the response with an error in it. It repeats the bindings of the
// request, except that v2c's tooBig has none (RFC 3416 §4.2.1).
func (r *responder) failure(status gosnmp.SNMPError, index int) *gosnmp.SnmpPacket {
	var bindings []gosnmp.SnmpPDU
	if status != gosnmp.TooBig || r.request.Version == gosnmp.Version1 {
		for _, name := range r.names {
			bindings = append(bindings, Null().pdu(name))
		}
	}
	out := r.response(bindings)
	out.Error = status
	out.ErrorIndex = uint8(min(index, math.MaxUint8))
	return out
}
