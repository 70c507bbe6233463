package publish

import (
	"strings"
	"testing"
)

// BenchmarkParts parts the longest body that a message may have.
func BenchmarkParts(b *testing.B) {
	body := strings.Repeat("استقبل وزير الخارجية اليوم نظيره، وبحث الجانبان العلاقات. ", MaxBody/58)
	for b.Loop() {
		Parts(body)
	}
}
