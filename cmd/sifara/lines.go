package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// maxLine is how much of one line is looked at, in bytes. What goes beyond is
// passed over: a file without line ends must not fill the memory.
const maxLine = 1 << 16

// eachLine calls do with each line of in, without its end and in valid UTF-8, and
// writes what do appended as a line to out. It writes in blocks while input is
// waiting and at once when none is, so that whoever waits for an answer gets it.
// A last line without an end counts; a line longer than maxLine is cut.
func eachLine(in io.Reader, out io.Writer, do func(dst []byte, line string) ([]byte, error)) error {
	r, w := bufio.NewReaderSize(in, maxLine), bufio.NewWriterSize(out, maxLine)
	var answer []byte
	for {
		line, err := boundedLine(r)
		if err != nil {
			return errors.Join(w.Flush(), unlessEnd(err))
		}
		if answer, err = do(answer[:0], strings.ToValidUTF8(string(line), "\uFFFD")); err != nil {
			return errors.Join(w.Flush(), err)
		}
		if _, err = w.Write(append(answer, '\n')); err != nil {
			return err
		}
		if r.Buffered() == 0 {
			if err = w.Flush(); err != nil {
				return err
			}
		}
	}
}

func unlessEnd(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// boundedLine reads to the next line end and gives the line, at most the size of
// r's buffer. The bytes are valid until the next read.
func boundedLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	switch {
	case err == nil, err == io.EOF && len(line) > 0:
		return bytes.TrimRight(line, "\r\n"), nil
	case err != bufio.ErrBufferFull:
		return nil, err
	}
	kept := bytes.Clone(line)
	for err == bufio.ErrBufferFull {
		_, err = r.ReadSlice('\n')
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	return bytes.TrimRight(kept, "\r\n"), nil
}
