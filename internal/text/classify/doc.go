// Package classify says of a short public text what its words show: whether it is
// positive, negative or neutral, whether it is sarcastic, which speech act it is
// (expression, statement, question, suggestion, threat, request), and whether it
// is about a crisis at hand. It judges texts, never their authors.
//
// Three kinds of basis must be told apart, and every answer names its own:
//
//   - [Trained]: a linear model with calibrated probabilities; what it reaches on
//     texts it has not seen stands in docs/models.
//   - [Rules]: words and signs from lists in this package, for languages without
//     data that may be used. Coarser; they answer only where a listed word stands.
//   - [None]: the language is not supported; the answer is always "unsure".
//
// "Unsure" is an answer: where no class is probable enough (the bound stands
// in the model and its card), or no rule applies.
//
// Models are in the binary and are unpacked at first use. All of it is
// deterministic and safe for use by several goroutines.
package classify
