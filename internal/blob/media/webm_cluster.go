package media

import "math/bits"

// cluster looks at the parts of a cluster and gives where it ends: an open one
// before the next element of the segment. What is no picture and no sound of a
// track that the file has told of is voided.
func (m *reel) cluster(c element) (int64, error) {
	if len(m.spools) == 0 {
		return 0, ErrDamaged
	}
	m.clusters++
	for at := c.body; at < c.end; {
		e, err := m.f.element(at, c.end)
		if err != nil {
			return 0, err
		}
		switch e.id {
		case elCluster, elCues, elTags, elChapters, elAttached, elInfo, elTracks, elSeekHead:
			if c.open {
				return at, nil
			}
			return 0, ErrDamaged
		}
		if e.open {
			return 0, ErrDamaged
		}
		switch e.id {
		case elTimestamp:
			if m.last, err = m.f.number(e); err == nil && m.last > uint64(moment) {
				err = ErrDamaged
			}
		case elSimple:
			_, err = m.block(e)
		case elGroup:
			err = m.group(e)
		default:
			err = m.keep(e, clusterParts)
		}
		if err != nil {
			return 0, err
		}
		at = e.end
	}
	return c.end, nil
}

// block gives the track of a block; nil for one of no track, which is voided.
func (m *reel) block(e element) (*spool, error) {
	if e.end-e.body >= 4 {
		b, err := m.f.read(e.body, 1)
		if err != nil {
			return nil, err
		}
		if bits.LeadingZeros8(b[0]) == 0 { // numbers up to 127 have one byte
			if s := m.spool(uint64(b[0] & 0x7F)); s != nil {
				return s, nil
			}
		}
	}
	return nil, m.void(e)
}

// group looks at a block and what lies beside it.
func (m *reel) group(g element) error {
	mark := len(m.info.Blanks)
	var of *spool
	if err := m.f.elements(g.body, g.end, func(e element) (err error) {
		switch {
		case e.id == elBlock && of == nil:
			of, err = m.block(e)
			return err
		case e.id == elAdditions && of != nil && of.alpha:
			return m.f.elements(e.body, e.end, m.more)
		}
		return m.keep(e, groupParts)
	}); err != nil {
		return err
	}
	if of != nil {
		return nil
	}
	m.info.Blanks = m.info.Blanks[:mark]
	return m.void(g)
}

// more keeps what lies beside a block when it is its transparency, number 1.
func (m *reel) more(b element) error {
	mark, number, has := len(m.info.Blanks), uint64(1), false
	if b.id == elMore {
		if err := m.f.elements(b.body, b.end, func(e element) (err error) {
			switch e.id {
			case elAddID:
				number, err = m.f.number(e)
				return err
			case elAdded:
				if !has {
					has = true
					return nil
				}
			}
			return m.void(e)
		}); err != nil {
			return err
		}
	}
	if has && number == 1 {
		return nil
	}
	m.info.Blanks = m.info.Blanks[:mark]
	return m.void(b)
}
