package fetch

import (
	"errors"
	"net/netip"
	"testing"
)

func TestPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"93.184.216.34": true, "1.1.1.1": true, "172.15.255.255": true, "172.32.0.0": true, "100.63.255.255": true, "100.128.0.0": true,
		"2a00:1450:4001::1": true, "2606:4700::1111": true, "64:ff9b::5db8:d822": true, "::ffff:93.184.216.34": true,

		"127.0.0.1": false, "127.255.255.254": false, "0.0.0.0": false, "0.1.2.3": false,
		"10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"100.64.0.1": false, "100.100.100.200": false, "169.254.169.254": false, "168.63.129.16": false,
		"192.0.0.192": false, "192.0.2.1": false, "198.18.0.1": false, "198.51.100.1": false, "203.0.113.1": false, "192.88.99.1": false,
		"224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false,

		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd00:ec2::254": false,
		"fec0::1": false, "ff02::1": false, "2001:db8::1": false, "3fff::1": false, "100::1": false, "5f00::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false,
		"::127.0.0.1":     false,                                                     // IPv4-compatible
		"64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false, // NAT64
		"2002:7f00:1::": false, "2002:5db8:d822::1": false, // 6to4
		"2001::1": false, "2001:0:4136:e378:8000:63bf:3fff:fdd2": false, // Teredo
		"2a00:1450::5efe:7f00:1": false, "2a00:1450::200:5efe:a00:1": false, // ISATAP
	} {
		if got := public(netip.MustParseAddr(text)); got != want {
			t.Errorf("public(%s) = %v, want %v", text, got, want)
		}
	}
	if public(netip.Addr{}) {
		t.Error("the zero address is public")
	}
}

func TestGuardCheck(t *testing.T) {
	g, err := newGuard(Options{
		Allow: []string{"10.2.0.0/16", "127.0.0.1:9000", "[::1]:9001", "192.168.7.7"},
		Deny:  []string{"93.184.216.0/24"},
	}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		network, address string
		ok               bool
	}{
		{"tcp4", "1.1.1.1:443", true},
		{"tcp4", "1.1.1.1:8443", true},
		{"tcp4", "1.1.1.1:22", false},
		{"tcp4", "1.1.1.1:25", false},
		{"tcp4", "93.184.216.34:443", false},
		{"tcp4", "10.2.3.4:6379", true},
		{"tcp4", "10.3.3.4:80", false},
		{"tcp4", "127.0.0.1:9000", true},
		{"tcp4", "127.0.0.1:9001", false},
		{"tcp6", "[::ffff:127.0.0.1]:9000", true},
		{"tcp6", "[::ffff:127.0.0.1]:80", false},
		{"tcp6", "[::1]:9001", true},
		{"tcp6", "[::1]:80", false},
		{"tcp4", "192.168.7.7:1", true},
		{"udp4", "1.1.1.1:443", false},
		{"unix", "/run/docker.sock", false},
		{"tcp4", "example.org:80", false},
	} {
		err := g.check(test.network, test.address)
		if (err == nil) != test.ok || err != nil && !errors.Is(err, ErrAddress) {
			t.Errorf("check(%s %s) = %v, want ok %v", test.network, test.address, err, test.ok)
		}
	}
}

func TestOptionsRefuse(t *testing.T) {
	for _, bad := range []string{"", "example.org", "http://x:80", "x:0", "x:99999", "*:80", "10.0.0.0/99", "a b:80", ":80"} {
		if _, err := New(Options{Allow: []string{bad}}); err == nil {
			t.Errorf("Allow %q was accepted", bad)
		}
	}
	if _, err := New(Options{Deny: []string{"example.org"}}); err == nil {
		t.Error("Deny by name was accepted")
	}
}

func TestCheckURL(t *testing.T) {
	for text, want := range map[string]error{
		"https://mofa.example/feed":     nil,
		"http://вх.example:8080/?q=1#x": nil,
		"https://xn--mgba3a4f16a.ir/":   nil,
		"http://93.184.216.34/":         nil,
		"http://[2a00:1450::1]/":        nil,
		"":                              ErrURL,
		"/feed":                         ErrURL,
		"//example.org/":                ErrURL,
		"ftp://example.org/":            ErrURL,
		"file:///etc/passwd":            ErrURL,
		"gopher://127.0.0.1:6379/_x":    ErrURL,
		"javascript:alert(1)":           ErrURL,
		"http:example.org":              ErrURL,
		"http://user:pw@example.org/":   ErrURL,
		"http://example.org@127.0.0.1/": ErrURL,
		"http:///x":                     ErrURL,
		"http://exa mple.org/":          ErrURL,
		"http://[fe80::1%25eth0]/":      ErrURL,
		"http://example.org\\@x/":       ErrURL,
		"http://a\x00b/":                ErrURL,
		"http://127.0.0.1/":             ErrAddress,
		"http://2130706433/":            ErrAddress,
		"http://0x7f000001/":            ErrAddress,
		"http://0x7f.0.0.1/":            ErrAddress,
		"http://0177.0.0.1/":            ErrAddress,
		"http://127.1/":                 ErrAddress,
		"http://127.0.0.1./":            ErrAddress,
		"http://017700000001/":          ErrAddress,
		"http://[::ffff:127.0.0.1]/":    ErrAddress,
		"http://[::ffff:7f00:1]/":       ErrAddress,
		"http://[::]/":                  ErrAddress,
		"http://169.254.169.254/latest": ErrAddress,
	} {
		err := CheckURL(text)
		if (want == nil) != (err == nil) || want != nil && !errors.Is(err, want) {
			t.Errorf("CheckURL(%q) = %v, want %v", text, err, want)
		}
	}
}

func FuzzCheckURL(f *testing.F) {
	for _, s := range []string{"http://127.1/", "https://mofa.example:8443/a?b", "http://[::1%25x]/", "http://①②⑦.0.0.1/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if CheckURL(text) != nil {
			return
		}
		if len(text) > maxURL {
			t.Fatalf("accepted %d bytes", len(text))
		}
	})
}
