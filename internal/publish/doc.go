// Package publish keeps the messages of the ministry and its missions, from
// the first draft to the public page: what is said, in which languages, who
// vouched for it, when it became public, and when it was taken back.
package publish
