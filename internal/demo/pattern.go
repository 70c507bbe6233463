package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// patterns are the ways in which a theme is spoken of, by language.
type patterns map[string][]string

// theme reads the patterns of a theme: a line for each way, in which
// "{a|b|c}" stands for one of several words and may be nested.
func theme(name string) (patterns, error) {
	data, err := content.ReadFile("content/posts/" + name + ".txt")
	if err != nil {
		return nil, fmt.Errorf("posts about %s: %w", name, err)
	}
	out, lang := patterns{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			lang = line[1 : len(line)-1]
		default:
			out[lang] = append(out[lang], line)
		}
	}
	return out, nil
}

// say makes a sentence of a pattern.
func say(pattern string, r *rand.Rand) string {
	s, _ := choose(pattern, r, false)
	return strings.Join(strings.Fields(s), " ")
}

// choose writes out the choices of a pattern. Inside braces it stops at the
// closing one and gives what follows; all alternatives are written out, so that
// the same seed says the same whatever is chosen.
func choose(s string, r *rand.Rand, inside bool) (chosen, rest string) {
	var options []string
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "{|}")
		if i < 0 {
			b.WriteString(s)
			s = ""
			break
		}
		b.WriteString(s[:i])
		sign := s[i]
		s = s[i+1:]
		switch {
		case sign == '{':
			var part string
			part, s = choose(s, r, true)
			b.WriteString(part)
		case !inside:
			b.WriteByte(sign)
		case sign == '|':
			options = append(options, b.String())
			b.Reset()
		default:
			options = append(options, b.String())
			return options[r.IntN(len(options))], s
		}
	}
	return b.String(), ""
}
