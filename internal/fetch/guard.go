package fetch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// special are the networks that are not the public internet: IANA's
// special-purpose registries (RFC 6890 and later), and what clouds add.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
	"192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32",                        // Azure's host agent; other metadata services are link-local
	"2001::/23",                               // Teredo, ORCHID, benchmarking
	"2001:db8::/32", "3fff::/20", "2002::/16", // documentation, 6to4
	"2620:4f:8000::/48",
)

var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	nat64         = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, s := range texts {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// public reports whether an address is one anybody on the internet can reach.
func public(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if a.Is6() {
		b := a.As16()
		if nat64.Contains(a) {
			return public(netip.AddrFrom4([4]byte(b[12:])))
		}
		// ISATAP carries an IPv4 address in the interface identifier.
		if isatap := b[8]&^0x03 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe; isatap || !globalUnicast.Contains(a) {
			return false
		}
	}
	return a.IsValid() && !within(special, a)
}

func within(list []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(a) })
}

// allowed is what may be reached though it is not public.
type allowed struct {
	nets  []netip.Prefix
	exact []netip.AddrPort
	names []string // "host:port", lower case
}

type guard struct {
	allowed allowed
	deny    []netip.Prefix
	ports   []int
	dialer  net.Dialer // without the guard
}

func newGuard(o Options) (*guard, error) {
	g := &guard{ports: o.Ports, dialer: net.Dialer{Timeout: min(o.Stall, o.Timeout), KeepAlive: 30 * time.Second, Resolver: o.Resolver}}
	for _, s := range o.Allow {
		if err := g.allowed.add(s); err != nil {
			return nil, err
		}
	}
	for _, s := range o.Deny {
		p, err := parseNet(s)
		if err != nil {
			return nil, fmt.Errorf("fetch: deny %q: %w", s, err)
		}
		g.deny = append(g.deny, p)
	}
	return g, nil
}

func (w *allowed) add(s string) error {
	if p, err := parseNet(s); err == nil {
		w.nets = append(w.nets, p)
		return nil
	}
	if ap, err := netip.ParseAddrPort(s); err == nil {
		w.exact = append(w.exact, netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()))
		return nil
	}
	host, port, err := net.SplitHostPort(s)
	if n, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil || n == 0 || host == "" || strings.ContainsAny(host, "/*@ ") {
		return fmt.Errorf("fetch: allow %q: want an address, a network or host:port", s)
	}
	w.names = append(w.names, strings.ToLower(s))
	return nil
}

func parseNet(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}

// dial connects to host:port. A name that is allowed is trusted with wherever
// it leads; everything else is checked once it is resolved.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := g.dialer
	if !slices.Contains(g.allowed.names, strings.ToLower(address)) {
		d.Control = func(network, address string, _ syscall.RawConn) error { return g.check(network, address) }
	}
	return d.DialContext(ctx, network, address)
}

// check looks at one resolved address just before the connection is made. With
// several addresses for a name each is looked at in its turn.
func (g *guard) check(network, address string) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return fmt.Errorf("%s %s: %w", network, address, ErrAddress)
	}
	a := ap.Addr().Unmap()
	if within(g.allowed.nets, a) || slices.Contains(g.allowed.exact, netip.AddrPortFrom(a, ap.Port())) {
		return nil
	}
	if !public(ap.Addr()) || within(g.deny, a) || !slices.Contains(g.ports, int(ap.Port())) {
		return fmt.Errorf("%s: %w", address, ErrAddress)
	}
	return nil
}
