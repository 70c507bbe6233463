// Package names says whether a name in Arabic letters and one in Latin letters may
// be the same: محمد and Mohammed, Muhamed, Mohamad. Passports, wire services and
// clerks each write Arabic names in Latin letters in ways of their own.
//
// Each Arabic letter stands for a few Latin letters with probabilities learned from
// pairs of names (letters.tsv, made by internal/text/names/train; figures in
// docs/models/names.md). A match is a hint for a person to look at, never proof
// that two people are one.
package names
