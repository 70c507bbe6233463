package blob

import (
	"bytes"
	"net/http"
	"strings"
)

// The types people may attach: pictures that Image can read, and PDF. Nothing
// that a browser would run as a page (SVG, HTML, XML) is among them.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	GIF  = "image/gif"
	WebP = "image/webp"
	PDF  = "application/pdf"
)

const sniffLength = 4096

// Attachments are the types for Put of what people attach. The slice is the
// caller's own.
func Attachments() []string { return []string{JPEG, PNG, GIF, WebP, PDF} }

// Images are the types Image reads.
func Images() []string { return []string{JPEG, PNG, GIF, WebP} }

// Sniff tells the type of a file from its beginning (4 KiB are enough): a media
// type without parameters. It is stricter than browsers are: whatever one of
// them might run as a page is called by its dangerous name. Unknown content is
// application/octet-stream.
func Sniff(head []byte) string {
	head = head[:min(len(head), sniffLength)]
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	switch kind {
	case JPEG, PNG, GIF, WebP, PDF, "application/zip", "application/x-gzip":
		return kind // known by their first bytes
	}
	lower := bytes.ToLower(bytes.ReplaceAll(head, []byte{0}, nil)) // UTF-16 hides in zeros
	switch {
	case bytes.Contains(lower, []byte("<svg")):
		return "image/svg+xml"
	case containsAny(lower, "<!doctype html", "<html", "<script", "<iframe", "<body", "<head"):
		return "text/html"
	case kind == "text/xml", bytes.Contains(lower, []byte("<?xml")):
		return "text/xml"
	}
	return kind
}

func containsAny(b []byte, list ...string) bool {
	for _, s := range list {
		if bytes.Contains(b, []byte(s)) {
			return true
		}
	}
	return false
}
