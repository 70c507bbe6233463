package ngram

import "fmt"

// probes hold whatever the features look at; see [Version].
var probes = []string{
	"RT @name: Don't SHOUT soooo loud!!! http://t.co/abc #NotAWord 1,234 things? :)",
	"لا أحب هذا الشيءء أبداااا 😭😭 #العراق_العظيم ؟ مش كويس، وِالسَّلام ١٢٣",
	"ئەمە زۆر خۆشە بەڵام نییە؛ ڕۆژی باش، هه‌رێم — Ez ne li vir im, êdî bes e!",
	"Ça vá ﻻ 𝐛𝐨𝐥𝐝 Ёж",
}

// Version names what the features are made of: it changes when the hash of any
// feature of any kind does. Models are bound to it.
func Version() string {
	var f Features
	h := uint32(seed)
	for _, p := range probes {
		f.Read(p)
		for _, group := range f.Hash {
			for _, x := range group {
				h = mix(pair(h, x))
			}
		}
	}
	return fmt.Sprintf("%08x", h)
}
