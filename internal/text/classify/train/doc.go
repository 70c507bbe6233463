// Command train makes the models of package classify from public data sets, and
// prints what they reach on texts they have not seen:
//
//	go run ./internal/text/classify/train --data DIR
//
// DIR holds the files named in docs/models. Nothing is random: the same files give
// the same models and the same figures on the same kind of processor.
package main
