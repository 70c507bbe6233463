// Package media reads the containers of films and sound recordings that browsers
// play: MP4 (ISO/IEC 14496-12) with H.264, VP9 or AV1, WebM (RFC 9559), MP3
// (ISO/IEC 11172-3, 13818-3) and Ogg (RFC 3533) with Opus or Vorbis.
//
// It tells what a file is by its structure, and what of it must go so that nothing
// but picture and sound is published: places, devices, names, times and pictures
// that cameras, telephones and programs write beside them. What goes is written
// over in its place, so that no offset within the file changes. Only elements and
// boxes that are known stay, and only as far as they hold the numbers that they
// are for, within bounds in which no text is a number: nothing hides in an index,
// an empty place or behind the last field. Picture and sound themselves are not
// decoded; bytes of an mdat box that no table points to pass as such.
package media

import (
	"bytes"
	"encoding/binary"
	"io"
	"time"

	"sifara/internal/errs"
)

// The types of file that are taken.
const (
	MP4  = "video/mp4"
	M4A  = "audio/mp4"
	WebM = "video/webm"
	WebA = "audio/webm"
	MP3  = "audio/mpeg"
	Ogg  = "audio/ogg"
)

// Ending is the ending of a file's name, with its dot.
func Ending(kind string) string {
	return map[string]string{MP4: ".mp4", M4A: ".m4a", WebM: ".webm", WebA: ".weba", MP3: ".mp3", Ogg: ".ogg"}[kind]
}

// Errors that people see.
var (
	// ErrDamaged: the structure does not hold, or the file ends too early.
	ErrDamaged = errs.New(errs.Invalid, "blob.media_damaged")
	// ErrCodec: in a way of coding, or a container, that not every browser plays.
	ErrCodec = errs.New(errs.Invalid, "blob.media_codec")
	// ErrTrack: a track that is neither picture nor sound, such as the places
	// where a drone or a camera was.
	ErrTrack = errs.New(errs.Invalid, "blob.media_track")
)

// Info is what a file is and what of it must go.
type Info struct {
	Type          string
	Duration      time.Duration // zero: the file does not say
	Width, Height int           // of a film as it is shown; zero for sound
	From, To      int64         // what is kept; the rest of the file is tags
	Blanks        []Blank       // within the file
}

// Blank is a place to be written over: with Head, and zeros from there to Size.
type Blank struct {
	At, Size int64
	Head     []byte
}

// blank adds a place that is written over.
func (i *Info) blank(b Blank) error {
	if len(i.Blanks) >= maxBlanks {
		return ErrDamaged
	}
	i.Blanks = append(i.Blanks, b)
	return nil
}

// blanksAt adds places that are counted from another.
func (i *Info) blanksAt(from int64, list []Blank) error {
	for _, b := range list {
		b.At += from
		if err := i.blank(b); err != nil {
			return err
		}
	}
	return nil
}

// Limits of a file's structure.
const (
	maxParts  = 1 << 22 // boxes, elements, frames or pages
	maxBlanks = 1 << 19
	maxTail   = 256 << 10 // bytes behind the last frame or page that are cut off
)

// Looks reports whether a file that begins with head (some hundred bytes) may be a
// film or a sound recording. Read says whether it is.
func Looks(head []byte) bool {
	switch {
	case len(head) < 8:
		return false
	case string(head[4:8]) == "ftyp", bytes.HasPrefix(head, []byte(ebmlMagic)), bytes.HasPrefix(head, []byte("OggS")), bytes.HasPrefix(head, []byte("ID3")), bytes.HasPrefix(head, []byte(apeMagic)):
		return true
	}
	_, ok := frameOf(head)
	return ok
}

// Read reads the structure of a file of size bytes.
func Read(r io.ReaderAt, size int64) (Info, error) {
	f := &file{r: r, size: size, left: maxParts}
	head, err := f.read(0, int(min(size, 64)))
	if err != nil {
		return Info{}, err
	}
	switch {
	case !Looks(head):
		return Info{}, ErrCodec
	case string(head[4:8]) == "ftyp":
		return readMP4(f)
	case bytes.HasPrefix(head, []byte(ebmlMagic)):
		return readWebM(f)
	case bytes.HasPrefix(head, []byte("OggS")):
		return readOgg(f)
	}
	return readMP3(f)
}

// file reads small parts of a file in their order without asking for each.
type file struct {
	r      io.ReaderAt
	size   int64
	window []byte
	at     int64 // of the window
	left   int   // parts that may still be read
}

const windowSize = 64 << 10

// read gives n bytes; they hold until the next read. ErrDamaged past the end.
func (f *file) read(at int64, n int) ([]byte, error) {
	if at < 0 || n < 0 || at > f.size-int64(n) {
		return nil, ErrDamaged
	}
	if at < f.at || at+int64(n) > f.at+int64(len(f.window)) {
		want := min(int64(max(n, windowSize)), f.size-at)
		if int64(cap(f.window)) < want {
			f.window = make([]byte, want)
		}
		f.window, f.at = f.window[:want], at
		if got, err := f.r.ReadAt(f.window, at); int64(got) < want {
			f.window = nil
			return nil, err
		}
	}
	return f.window[at-f.at:][:n], nil
}

// part counts one part of the structure.
func (f *file) part() error {
	if f.left--; f.left < 0 {
		return ErrDamaged
	}
	return nil
}

func (f *file) uint32(at int64) (uint32, error) {
	b, err := f.read(at, 4)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(b), nil
}

// span is a duration of n units of which there are rate in a second; zero when
// that is no time a film could last.
func span(n uint64, rate uint32) time.Duration {
	const longest = 100 * 60 * 60
	if rate == 0 || n/uint64(rate) > longest {
		return 0
	}
	return time.Duration(n/uint64(rate))*time.Second + time.Duration(n%uint64(rate))*time.Second/time.Duration(rate)
}
