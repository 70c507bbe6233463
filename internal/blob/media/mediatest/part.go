package mediatest

import "bytes"

// Part is an element of a WebM file or a box of an MP4 file.
type Part struct {
	Name  string  // the kind of a box, or the bytes that name an element
	Body  []byte  // what it holds, before its parts
	Parts []*Part // may have more of them when Holds is set
	Holds bool
	Open  bool // an element that does not say where it ends
	Wide  bool // a box whose length stands in eight bytes
}

// bytes joins what a part holds.
func (p *Part) bytes(each func(*Part) []byte) []byte {
	out := bytes.Clone(p.Body)
	for _, x := range p.Parts {
		out = append(out, each(x)...)
	}
	return out
}

// Place is a place where a file may have one more part.
type Place struct {
	In    *Part
	Index int
}

// Places lists every place within a part, with those within its parts.
func (p *Part) Places() []Place {
	if !p.Holds {
		return nil
	}
	var out []Place
	for i, x := range p.Parts {
		out = append(append(out, Place{p, i}), x.Places()...)
	}
	return append(out, Place{p, len(p.Parts)})
}

// Put adds a part at the place.
func (at Place) Put(p *Part) {
	at.In.Parts = append(at.In.Parts[:at.Index:at.Index], append([]*Part{p}, at.In.Parts[at.Index:]...)...)
}
