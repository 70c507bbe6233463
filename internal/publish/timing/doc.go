// Package timing says what time it is where a message is read: the local hour,
// the working week and holidays, the times of prayer and the hours of Ramadan,
// and what of it speaks against a moment.
//
// It decides nothing. Who plans a release sees the signs against its moment and
// may have reasons to plan it all the same.
//
// Table: publish_timing_hours, a row for each mission that keeps other hours
// than the standard ones.
package timing
