package store

import (
	"encoding/binary"
	"fmt"
)

// Of bbolt's pages (internal/common/page.go): the flags of a page's kind, the
// bytes of an element's head, its kind if it is a bucket, the bytes of a
// bucket's head, and what stands for "no list of free pages is kept".
const (
	branchPage    = 0x01
	leafPage      = 0x02
	freelistPage  = 0x10
	elementSize   = 16
	bucketElement = 1
	bucketHeader  = 16
	noFreelist    = ^uint64(0)
	longList      = 0xFFFF // the list's length is its first number
)

// maxDepth is how deep the tree may be, buckets in buckets included: a page has
// two children at least, and the file is not larger than a disk.
const maxDepth = 64

// walker looks at the tree of pages as bbolt will: bbolt follows what it reads
// in a page without a question, and a page that is its own ancestor or speaks
// of bytes that are elsewhere ends the process in a way that nothing can catch.
// Of keys and values only where they are is looked at.
type walker struct {
	file []byte
	meta metaPage
	used []uint64 // a bit for every page that was seen
	todo []visit
}

// visit is a page to look at.
type visit struct {
	page  uint64
	depth int
}

// page is a page with those that overflow.
type page []byte

// walk looks at all pages of the state that bbolt will read.
func walk(file []byte, meta metaPage) error {
	w := walker{file: file, meta: meta, used: make([]uint64, meta.pages/64+1)}
	w.todo = append(w.todo, visit{meta.root, 0})
	for len(w.todo) > 0 {
		next := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		if err := w.look(next); err != nil {
			return fmt.Errorf("page %d: %w; restore it from a backup, or move it away to start anew", next.page, err)
		}
	}
	if meta.freelist == noFreelist {
		return nil
	}
	if err := w.free(); err != nil {
		return fmt.Errorf("page %d: %w; restore it from a backup, or move it away to start anew", meta.freelist, err)
	}
	return nil
}

// read reads the head of a page: that it is where it says, and within the file.
func (w *walker) read(id uint64) (page, error) {
	if id < 2 || id >= w.meta.pages {
		return page{}, fmt.Errorf("%w: there is no such page among %d", ErrDamaged, w.meta.pages)
	}
	size := uint64(w.meta.pageSize)
	head := w.file[id*size:]
	overflow := uint64(binary.LittleEndian.Uint32(head[12:]))
	if said := binary.LittleEndian.Uint64(head); said != id {
		return page{}, fmt.Errorf("%w: it says that it is page %d", ErrDamaged, said)
	}
	if id+overflow >= w.meta.pages {
		return page{}, fmt.Errorf("%w: it says that it has %d pages more, beyond the last", ErrDamaged, overflow)
	}
	for i := id; i <= id+overflow; i++ {
		if w.used[i/64]&(1<<(i%64)) != 0 {
			return page{}, fmt.Errorf("%w: page %d is in use twice", ErrDamaged, i)
		}
		w.used[i/64] |= 1 << (i % 64)
	}
	return head[: (overflow+1)*size : (overflow+1)*size], nil
}

func (p page) flags() uint16 { return binary.LittleEndian.Uint16(p[8:]) }
func (p page) count() int    { return int(binary.LittleEndian.Uint16(p[10:])) }

// element returns the head of an element.
func (p page) element(i int) []byte {
	return p[pageHeader+i*elementSize:][:elementSize:elementSize]
}

// fits is an error if a page has no room for its elements' heads.
func (p page) fits() error {
	if pageHeader+p.count()*elementSize > len(p) {
		return fmt.Errorf("%w: it says that it has %d elements in %d bytes", ErrDamaged, p.count(), len(p))
	}
	return nil
}

// within returns key and value of an element, and an error if they are not in
// their page, behind the elements' heads.
func (p page) within(i int, position, key, value uint32) ([]byte, error) {
	begin := pageHeader + uint64(i)*elementSize + uint64(position)
	end := begin + uint64(key) + uint64(value)
	if begin < pageHeader+uint64(p.count())*elementSize || end > uint64(len(p)) {
		return nil, fmt.Errorf("%w: element %d has its key of %d bytes and its value of %d at %d of %d", ErrDamaged, i, key, value, begin, len(p))
	}
	if key == 0 {
		return nil, fmt.Errorf("%w: element %d has no key", ErrDamaged, i)
	}
	return p[begin:end], nil
}

// look looks at a page of the tree, and notes its children.
func (w *walker) look(v visit) error {
	if v.depth > maxDepth {
		return fmt.Errorf("%w: it is more than %d pages below the first", ErrDamaged, maxDepth)
	}
	p, err := w.read(v.page)
	if err != nil {
		return err
	}
	switch p.flags() {
	case branchPage:
		return w.branch(v, p)
	case leafPage:
		return w.leaf(v, p, false)
	}
	return fmt.Errorf("%w: it is of kind %#x, which no page of a tree is", ErrDamaged, p.flags())
}

func (w *walker) branch(v visit, p page) error {
	if p.count() == 0 {
		return fmt.Errorf("%w: it branches into nothing", ErrDamaged)
	}
	if err := p.fits(); err != nil {
		return err
	}
	for i := p.count() - 1; i >= 0; i-- { // the first is looked at next: so the file is read forwards
		element := p.element(i)
		if _, err := p.within(i, binary.LittleEndian.Uint32(element), binary.LittleEndian.Uint32(element[4:]), 0); err != nil {
			return err
		}
		w.todo = append(w.todo, visit{binary.LittleEndian.Uint64(element[8:]), v.depth + 1})
	}
	return nil
}

// leaf looks at a page of values: of a bucket, or the only one of a small
// bucket, in which there are no buckets.
func (w *walker) leaf(v visit, p page, small bool) error {
	if err := p.fits(); err != nil {
		return err
	}
	for i := range p.count() {
		element := p.element(i)
		kind, key := binary.LittleEndian.Uint32(element), binary.LittleEndian.Uint32(element[8:])
		both, err := p.within(i, binary.LittleEndian.Uint32(element[4:]), key, binary.LittleEndian.Uint32(element[12:]))
		if err != nil {
			return err
		}
		switch {
		case kind == bucketElement && !small:
			if err := w.bucket(v, both[key:]); err != nil {
				return fmt.Errorf("bucket %q: %w", both[:min(key, 64)], err)
			}
		case kind != 0:
			return fmt.Errorf("%w: element %d is of kind %#x", ErrDamaged, i, kind)
		}
	}
	return nil
}

// bucket looks at a bucket's value: it says which its first page is, or it is
// small and has its only page in the value.
func (w *walker) bucket(v visit, value []byte) error {
	if len(value) < bucketHeader {
		return fmt.Errorf("%w: it has %d bytes", ErrDamaged, len(value))
	}
	if root := binary.LittleEndian.Uint64(value); root != 0 {
		w.todo = append(w.todo, visit{root, v.depth + 1})
		return nil
	}
	p := page(value[bucketHeader:])
	if len(p) < pageHeader {
		return fmt.Errorf("%w: it has no page and %d bytes", ErrDamaged, len(value))
	}
	if p.flags() != leafPage {
		return fmt.Errorf("%w: its page is of kind %#x", ErrDamaged, p.flags())
	}
	return w.leaf(v, p, true)
}

// free looks at the list of free pages: what is free and in use would be
// overwritten.
func (w *walker) free() error {
	p, err := w.read(w.meta.freelist)
	if err != nil {
		return err
	}
	if p.flags() != freelistPage {
		return fmt.Errorf("%w: it is of kind %#x, and should list the free pages", ErrDamaged, p.flags())
	}
	list, count := p[pageHeader:], uint64(p.count())
	if count == longList {
		count, list = binary.LittleEndian.Uint64(list), list[8:]
	}
	if count > uint64(len(list)/8) {
		return fmt.Errorf("%w: it lists %d free pages and has room for %d", ErrDamaged, count, len(list)/8)
	}
	for i := range count {
		id := binary.LittleEndian.Uint64(list[i*8:])
		if id < 2 || id >= w.meta.pages {
			return fmt.Errorf("%w: it lists page %d of %d as free", ErrDamaged, id, w.meta.pages)
		}
		if w.used[id/64]&(1<<(id%64)) != 0 {
			return fmt.Errorf("%w: it lists page %d as free, which is in use or listed twice", ErrDamaged, id)
		}
		w.used[id/64] |= 1 << (id % 64)
	}
	return nil
}
